import { ProblemException } from '@tacit/company';
import type { Agreement } from '@tacit/comparison';
import fc from 'fast-check';
import { TestReadings } from './readings.fixture';

const HEADER = 'quantity,value,takenAt,lot';
const GOOD = [
  'moisture,0.45,2026-01-31T00:00:00.000Z,LOT-1',
  'moisture,0.41,2026-02-28T00:00:00.000Z,LOT-2',
  'moisture,0.76,2026-03-31T00:00:00.000Z,LOT-3',
  'moisture,1.32,2026-04-30T00:00:00.000Z,LOT-4',
];
const csv = (...rows: string[]): string => `${[HEADER, ...rows].join('\n')}\n`;
const row = (value: string, takenAt = '2026-01-31T00:00:00.000Z', lot = 'L'): string =>
  `moisture,${value},${takenAt},${lot}`;

let company: TestReadings;

beforeEach(async () => {
  company = await TestReadings.open();
});
afterEach(async () => {
  await company.close();
});

async function refusal(body: unknown): Promise<ProblemException> {
  const error: unknown = await company.imports.import(body, false).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemException);
  return error as ProblemException;
}

describe('an import of good rows', () => {
  it('says what it would cost and stores nothing in a dry run', async () => {
    await company.agree();
    const view = await company.imports.import(csv(...GOOD), true);
    expect(view).toMatchObject({ rows: 4, pairs: 3, stored: false });
    expect(view.forecast).toMatchObject({ pairs: 3, answersLeft: 24, price: null });
    expect(view.forecast.coreSeconds).toBeGreaterThan(0);
    expect(await company.countReadings()).toBe(0);
  });

  it('stores them in their order and pairs each with the one before it', async () => {
    const { agreementId } = await company.agree();
    await company.imports.import(csv(...GOOD), false);
    await company.work();
    const { items } = await company.readings.list({ limit: 50 });
    expect(items.map(({ sequence, value, lot }) => [sequence, value, lot])).toEqual([
      [1, '0.45', 'LOT-1'],
      [2, '0.41', 'LOT-2'],
      [3, '0.76', 'LOT-3'],
      [4, '1.32', 'LOT-4'],
    ]);
    expect((await company.pairs()).map((pair) => [pair.agreementId, pair.sequenceX])).toEqual([
      [agreementId, 1],
      [agreementId, 2],
      [agreementId, 3],
    ]);
  });

  it('goes on where the readings before it ended', async () => {
    await company.agree();
    await company.imports.import(csv(...GOOD.slice(0, 2)), false);
    const view = await company.imports.import(csv(...GOOD.slice(2)), false);
    expect(view).toMatchObject({ rows: 2, pairs: 2, stored: true });
    await company.work();
    expect((await company.pairs()).map(({ sequenceX }) => sequenceX)).toEqual([1, 2, 3]);
  });

  it('pairs more readings than one transaction does', async () => {
    await company.agree();
    const rows = Array.from({ length: 130 }, (_, i) =>
      row(`${i}.5`, new Date(Date.UTC(2026, 0, 1) + i * 3_600_000).toISOString()),
    );
    await company.imports.import(csv(...rows), false);
    await company.work();
    expect((await company.pairs()).map(({ sequenceY }) => sequenceY)).toEqual(
      Array.from({ length: 129 }, (_, i) => i + 2),
    );
  });

  it.each([
    ['a byte order mark', `\uFEFF${csv(...GOOD)}`],
    ['CRLF', csv(...GOOD).replaceAll('\n', '\r\n')],
    ['quotes around every field', csv(...GOOD.map((line) => `"${line.replaceAll(',', '","')}"`))],
    ['empty lines', `\n${csv(...GOOD).replaceAll('\n', '\n\n')}\n\n`],
    ['no line break at the end', csv(...GOOD).trimEnd()],
    ['columns in another order', `value,lot,quantity,takenAt\n0.45,L,moisture,2026-01-31T00:00:00Z\n`],
    ['a comma and a quote in a label', csv(row('0.45', '2026-01-31T00:00:00Z', '"A, ""B"""'))],
  ])('accepts %s', async (_what, text) => {
    await expect(company.imports.import(text, true)).resolves.toMatchObject({ stored: false });
  });

  it('keeps the decimal text to the digit', async () => {
    await company.imports.import(csv(row('0.4500')), false);
    const { items } = await company.readings.list({ limit: 1 });
    expect(items[0]?.value).toBe('0.4500');
  });
});

describe('an import with bad rows', () => {
  const good = row('0.45', '2025-12-31T00:00:00.000Z');

  it.each<[string, string, string, Partial<Agreement>?]>([
    ['too many decimals', row('0.455'), 'value'],
    ['too many decimals even when they are zero', row('0.450'), 'value'],
    ['a value that does not fit in the bits', row('2.56'), 'value', { bits: 8 }],
    ['a negative value without an offset', row('-0.45'), 'value'],
    ['NaN', row('NaN'), 'value'],
    ['Infinity', row('Infinity'), 'value'],
    ['an exponent', row('1e5'), 'value'],
    ['negative zero', row('-0'), 'value'],
    ['a plus sign', row('+5'), 'value'],
    ['a space before the value', row(' 0.45'), 'value'],
    ['a space inside the value', row('1 000'), 'value'],
    ['a decimal comma', row('"0,45"'), 'value'],
    ['a leading zero', row('00.45'), 'value'],
    ['a bare point', row('.45'), 'value'],
    ['hexadecimal digits', row('0x1F'), 'value'],
    ['digits that are not ASCII', row('٠.٤٥'), 'value'],
    ['full-width digits', row('０.４５'), 'value'],
    ['10,000 digits', row('9'.repeat(10_000)), 'value'],
    ['an empty value', row(''), 'value'],
    ['an empty lot', row('0.45', '2026-01-31T00:00:00.000Z', ''), 'lot'],
    ['a lot of 65 characters', row('0.45', '2026-01-31T00:00:00.000Z', 'x'.repeat(65)), 'lot'],
    ['a control character in a lot', row('0.45', '2026-01-31T00:00:00.000Z', 'a\u0000b'), 'lot'],
    ['text that was not UTF-8', row('0.45', '2026-01-31T00:00:00.000Z', 'Gr\uFFFDn'), 'lot'],
    ['an empty quantity', ',0.45,2026-01-31T00:00:00.000Z,L', 'quantity'],
    ['a time without a zone', row('0.45', '2026-01-31T00:00:00'), 'takenAt'],
    ['a local time', row('0.45', '2026-01-31T00:00:00+01:00'), 'takenAt'],
    ['a day that does not exist', row('0.45', '2026-02-30T00:00:00Z'), 'takenAt'],
    ['an hour that does not exist', row('0.45', '2026-02-28T25:00:00Z'), 'takenAt'],
    ['a time before 1970', row('0.45', '1969-12-31T23:59:59Z'), 'takenAt'],
    ['the same time twice', row('0.45', '2025-12-31T00:00:00.000Z'), 'takenAt'],
    ['an earlier time', row('0.45', '2025-11-30T00:00:00.000Z'), 'takenAt'],
    ['a missing column', 'moisture,0.45,2026-01-31T00:00:00.000Z', 'lot'],
    ['an extra column', `${row('0.45')},extra`, 'row'],
    ['a line of spaces', '   ', 'value'],
    ['a line of a million columns', ','.repeat(1_000_000), 'row'],
    ['a quote inside a field', row('0.4"5'), 'row'],
    ['a quote that is never closed', row('"0.45'), 'row'],
    ['text after a closing quote', row('"0.45"x'), 'row'],
  ])('names %s, and every other bad row, and stores nothing', async (_what, bad, field, terms = {}) => {
    await company.agree(terms);
    const problem = await refusal(csv(good, bad, row('x', '2026-05-31T00:00:00.000Z')));
    expect(problem.code).toBe('bad-row');
    expect(problem.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ row: 2, line: 3, field }),
        expect.objectContaining({ row: 3, line: 4, field: 'value', path: 'rows[3].value' }),
      ]),
    );
    expect(problem.errors?.some((error) => error.row === 1)).toBe(false);
    expect(await company.countReadings()).toBe(0);
  });

  it('names every fault of one row', async () => {
    const problem = await refusal(csv(',x,yesterday,'));
    expect(problem.errors?.map(({ field }) => field)).toEqual(['quantity', 'value', 'takenAt', 'lot']);
  });

  it('counts lines as the file does, empty ones included', async () => {
    const problem = await refusal(csv(good, '', '', row('x')));
    expect(problem.errors).toEqual([expect.objectContaining({ row: 2, line: 5 })]);
  });

  it('never repeats what a row says', async () => {
    const problem = await refusal(csv(row('123456789012-secret', 'secret-time', '\u0000secret-lot')));
    expect(JSON.stringify([problem.message, problem.errors])).not.toMatch(/secret|123456789012/);
  });

  it('names the agreement that cannot encode a value', async () => {
    await company.agree({ scale: 3 });
    const { agreementId } = await company.agree({ scale: 1, evaluator: 'ManufacturerA2' });
    const { errors } = await refusal(csv(row('0.45')));
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toContain(agreementId);
  });

  it.each([
    ['no header', `${GOOD.join('\n')}\n`],
    ['semicolons', csv(...GOOD).replaceAll(',', ';')],
    ['a column of another name', csv(...GOOD).replace('takenAt', 'date')],
    ['a column named twice', csv(...GOOD).replace('takenAt', 'value')],
    ['a column too many', csv(...GOOD).replace('lot', 'lot,note')],
    ['nothing at all', ''],
    ['line breaks only', '\r\n\n'],
  ])('refuses a file with %s as its first line', async (_what, text) => {
    const problem = await refusal(text);
    expect(problem.code).toBe('bad-row');
    expect(problem.errors).toEqual([expect.objectContaining({ row: 0, field: 'header' })]);
  });

  it('refuses a file with a header only', async () => {
    expect((await refusal(csv())).code).toBe('validation-failed');
  });

  it('refuses more rows than 100,000', async () => {
    const problem = await refusal(`${HEADER}\n${'m,x,y,z\n'.repeat(100_001)}`);
    expect(problem.code).toBe('payload-too-large');
  });

  it.each([
    [
      'a number for the value',
      { quantity: 'm', value: 0.45, takenAt: '2026-01-31T00:00:00Z', lot: 'L' },
      'value',
    ],
    ['a missing field', { quantity: 'm', value: '0.45', takenAt: '2026-01-31T00:00:00Z' }, 'lot'],
    [
      'an unknown field',
      { quantity: 'm', value: '1', takenAt: '2026-01-31T00:00:00Z', lot: 'L', x: 1 },
      'row',
    ],
    ['null', null, 'row'],
    ['an array', [], 'row'],
    ['text', 'moisture', 'row'],
    [
      'a prototype',
      JSON.parse('{"__proto__":{},"value":"1","takenAt":"2026-01-31T00:00:00Z","lot":"L"}') as unknown,
      'quantity',
    ],
  ])('names a row of JSON that is %s', async (_what, reading, field) => {
    const first = { quantity: 'm', value: '0.45', takenAt: '2025-01-31T00:00:00Z', lot: 'L' };
    const problem = await refusal({ readings: [first, reading] });
    expect(problem.code).toBe('bad-row');
    expect(problem.errors).toEqual([expect.objectContaining({ row: 2, field })]);
  });

  it.each([
    ['no body', undefined],
    ['an array', []],
    ['no readings', {}],
    ['readings that are no array', { readings: 'x' }],
    ['an empty array', { readings: [] }],
    ['something beside the readings', { readings: [], more: 1 }],
  ])('refuses %s', async (_what, body) => {
    expect((await refusal(body)).code).toBe('validation-failed');
  });

  it('answers any text whatever with a problem or with a forecast', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), async (rows) => {
        const outcome = await company.imports.import(csv(...rows), true).catch((error: unknown) => error);
        expect(outcome instanceof Error ? outcome : undefined).toEqual(
          outcome instanceof Error ? expect.any(ProblemException) : undefined,
        );
      }),
      { numRuns: 50 },
    );
  }, 30_000);
});
