import { monthEnds } from './published-case';

describe('monthly readings', () => {
  it('end with the last whole month, each at the end of its own', () => {
    expect(monthEnds(4, new Date('2026-03-15T10:00:00.000Z'))).toEqual([
      '2025-11-30T12:00:00.000Z',
      '2025-12-31T12:00:00.000Z',
      '2026-01-31T12:00:00.000Z',
      '2026-02-28T12:00:00.000Z',
    ]);
  });
});
