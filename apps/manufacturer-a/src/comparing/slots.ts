/**
 * A free slot of an agreement's budget, or null when none is left.
 *
 * The budget is a set of single-use slots on the channel. The ledger names its lowest free one; requests of this
 * company that are on their way to the ledger have chosen theirs already, so the next free one is taken instead of
 * colliding with them.
 *
 * @param lowestFree what the ledger says; null: none
 * @param chosen slots of this company's own requests that are open, answered or on their way
 */
export function chooseSlot(
  lowestFree: number | null,
  chosen: ReadonlySet<number>,
  answerBudget: number,
): number | null {
  if (lowestFree === null) return null;
  for (let slot = lowestFree; slot < answerBudget; slot++) {
    if (!chosen.has(slot)) return slot;
  }
  return null;
}
