import { conclude, type Direction, type Measure } from '@tacit/comparison';
import type { ComparisonView, ReadingView } from '../comparing/comparison.dto';
import { changeReport, type ReportMaterial } from './change-report';
import { monthNumber } from './months';
import { outcomeSentence } from './sentence';

const TIMES = ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30'].map((day) =>
  Date.parse(`${day}T00:00Z`),
);
const [FIRST = 0] = TIMES;
const LIMITS = [{ limit: '0.10', direction: 'any' }] as const;

function reading(sequence: number, time = TIMES[sequence - 1] ?? 0): ReadingView {
  const month = monthNumber(time, FIRST);
  return { sequence, month, takenAt: new Date(time).toISOString(), lot: `LOT-${sequence}` };
}

function answered(
  measure: Measure,
  to: number,
  direction: Direction,
  index: number | null,
  changes: Partial<ComparisonView> = {},
): ComparisonView {
  const outcome = conclude({ measure, scale: 2, unit: 'g/cm²' }, { direction, index });
  return {
    id: `${measure}-${to}`,
    pairId: `pair-${measure}-${to}`,
    agreementId: measure,
    keyHolder: 'ManufacturerB',
    quantity: 'moisture',
    measure,
    profile: 'paillier-6144',
    from: reading(to - 1),
    to: reading(to),
    state: 'verified',
    reason: null,
    outcome: { ...outcome, proof: 'verified' },
    history: [],
    sentence: outcomeSentence('moisture', outcome, 'verified'),
    order: null,
    attempt: 1,
    supersededBy: null,
    ...changes,
  };
}

function material(changes: Partial<ReportMaterial> = {}): ReportMaterial {
  return {
    quantity: 'moisture',
    unit: 'g/cm²',
    keyHolder: 'ManufacturerB',
    first: FIRST,
    comparisons: [
      answered('magnitude', 2, 'fall', 2),
      answered('magnitude', 3, 'rise', 5),
      answered('bit', 3, 'rise', 6),
      answered('magnitude', 4, 'rise', 5),
    ],
    sensors: TIMES.map((takenAt, i) => ({
      sensor: 'dehumidifier',
      value: ['1.38', '1.39', '1.29', '1.15'][i] ?? '',
      unit: 'kg/h',
      takenAt,
    })),
    limits: LIMITS,
    ...changes,
  };
}

describe('the report of changes', () => {
  it('tells the published case month by month', () => {
    const report = changeReport(material());
    expect(report).toMatchObject({ limit: '0.10', firstSignificantChange: 3, unit: 'g/cm²' });
    const months = report.months.map(({ month, from, comparisons, sensors, lots }) => ({
      month,
      from: from?.sequence,
      sentences: comparisons.map(({ sentence }) => sentence),
      sensors: sensors.map(({ value }) => value),
      lots,
    }));
    expect(months).toEqual([
      { month: 1, from: undefined, sentences: [], sensors: ['1.38'], lots: ['LOT-1'] },
      {
        month: 2,
        from: 1,
        sentences: ['moisture fell by 0.04 to 0.07 g/cm², proof verified'],
        sensors: ['1.39'],
        lots: ['LOT-2'],
      },
      {
        month: 3,
        from: 2,
        sentences: [
          'moisture rose by 0.32 to 0.63 g/cm², proof verified',
          'moisture rose by 0.01 to 1.27 g/cm², proof verified',
        ],
        sensors: ['1.29'],
        lots: ['LOT-3'],
      },
      {
        month: 4,
        from: 3,
        sentences: ['moisture rose by 0.32 to 0.63 g/cm², proof verified'],
        sensors: ['1.15'],
        lots: ['LOT-4'],
      },
    ]);
  });

  it('shows several changes of one month together', () => {
    const later = reading(3, Date.parse('2026-02-28T12:00:00Z'));
    const comparisons = [
      answered('magnitude', 2, 'fall', 2),
      answered('magnitude', 3, 'rise', 5, { from: reading(2), to: later }),
    ];
    const report = changeReport(material({ comparisons, sensors: [] }));
    expect(report.months.map(({ month, comparisons: changes }) => [month, changes.length])).toEqual([
      [1, 0],
      [2, 2],
    ]);
    expect(report.firstSignificantChange).toBe(2);
    expect(report.months[1]?.from?.sequence).toBe(1);
  });

  it('counts a corrected pair for nothing but shows it', () => {
    const comparisons = [
      answered('magnitude', 3, 'rise', 5, { supersededBy: 'another' }),
      answered('magnitude', 4, 'rise', 5),
    ];
    const report = changeReport(material({ comparisons }));
    expect(report.firstSignificantChange).toBe(4);
    expect(report.months.flatMap(({ comparisons: changes }) => changes)).toHaveLength(2);
  });

  it('shows what is not answered without an outcome', () => {
    const open = answered('magnitude', 3, 'rise', 5, {
      state: 'requested',
      outcome: null,
      sentence: 'waiting',
    });
    const report = changeReport(material({ comparisons: [open] }));
    expect(report.firstSignificantChange).toBeNull();
    const [change] = report.months.flatMap(({ comparisons: changes }) => changes);
    expect(change).toMatchObject({ state: 'requested', direction: null, index: null, range: null });
  });

  it('leaves out what sensors said before the first known reading', () => {
    const before = { sensor: 's', value: '1', unit: 'kg', takenAt: Date.parse('2025-12-31T23:59:59Z') };
    const report = changeReport(material({ comparisons: [], sensors: [before] }));
    expect(report.months).toEqual([]);
  });

  it('has neither limit nor significance without a rule', () => {
    expect(changeReport(material({ limits: [] }))).toMatchObject({
      limit: null,
      firstSignificantChange: null,
    });
  });
});
