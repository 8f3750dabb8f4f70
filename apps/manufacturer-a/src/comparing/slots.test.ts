import { chooseSlot } from './slots';

describe('choosing a slot of the budget', () => {
  it.each([
    ['the lowest free one', 0, [], 12, 0],
    ['the next one when that is on its way', 0, [0], 12, 1],
    ['over a gap', 3, [3, 4, 6], 12, 5],
    ['the last one', 10, [10], 12, 11],
    ['none when the ledger has none', null, [], 12, null],
    ['none when all that are free are on their way', 10, [10, 11], 12, null],
    ['one below which all are taken, whatever was chosen there', 2, [0, 1], 3, 2],
  ])('takes %s', (_name, lowestFree, chosen, budget, expected) => {
    expect(chooseSlot(lowestFree, new Set(chosen), budget)).toBe(expected);
  });
});
