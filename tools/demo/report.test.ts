import { conclusionOf, reportOf, tableOf, type Findings } from './report';
import type { ComparisonView } from './views';

const comparison = (
  month: number,
  measure: 'bit' | 'magnitude',
  rest: Partial<ComparisonView>,
): ComparisonView => ({
  id: `${measure}-${month}`,
  quantity: 'moisture',
  measure,
  from: { month: month - 1 },
  to: { month },
  state: 'verified',
  reason: null,
  outcome: {
    direction: 'rise',
    index: 5,
    range: { min: '0.32', max: '0.63', unit: 'g/cm²' },
    proof: 'verified',
  },
  sentence: 'moisture rose by 0.32 to 0.63 g/cm², proof verified',
  ...rest,
});

const month = (number: number, value: string): Findings['changes']['months'][number] => ({
  month: number,
  comparisons: [],
  sensors: [{ sensor: 'dehumidifier', value, unit: 'kg/h' }],
});

const findings: Findings = {
  comparisons: [comparison(2, 'bit', { state: 'requested', outcome: null }), comparison(2, 'magnitude', {})],
  changes: {
    unit: 'g/cm²',
    limit: '0.10',
    firstSignificantChange: 2,
    months: [month(1, '1.39'), month(2, '1.29')],
  },
};

describe('the demo’s report', () => {
  it('is a table for people', () => {
    expect(tableOf(findings).split('\n')).toEqual([
      'month  measure    direction  index  range (g/cm²)  state      proof     dehumidifier',
      '─────  ─────────  ─────────  ─────  ─────────────  ─────────  ────────  ────────────',
      '2      bit        –          –      –              requested  –         1.29 kg/h',
      '       magnitude  rise       5      0.32–0.63      verified   verified',
    ]);
  });

  it('says in which month A would have noticed, with its own equipment beside it', () => {
    expect(conclusionOf(findings)).toBe(
      'Month 2 is where A would have noticed: moisture rose by 0.32 to 0.63 g/cm², proof verified, at or above the ' +
        'limit of 0.10 g/cm². A’s own dehumidifier went from 1.39 kg/h to 1.29 kg/h.',
    );
  });

  it('says so when no month stands out', () => {
    const quiet = { ...findings, changes: { ...findings.changes, firstSignificantChange: null } };
    expect(conclusionOf(quiet)).toBe(
      'In no month did moisture change by at least the limit of 0.10 g/cm² for certain.',
    );
  });

  it('is one object for programs, open comparisons included', () => {
    const urls = { ManufacturerA: 'http://127.0.0.1:3001/docs' };
    const report = reportOf(findings, { profile: 'paillier-3072', ledger: 'dev', messaging: 'tcp' }, urls);
    expect(report).toMatchObject({
      profile: 'paillier-3072',
      ledger: 'dev',
      messaging: 'tcp',
      firstSignificantChange: 2,
      urls,
    });
    expect(report.comparisons[0]).toEqual({
      quantity: 'moisture',
      from: 1,
      to: 2,
      measure: 'bit',
      direction: null,
      index: null,
      range: null,
      proof: null,
      state: 'requested',
    });
  });
});
