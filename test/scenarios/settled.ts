import { S, waitFor, type ComparisonView, type TestNetwork } from '../support';
import type { StatementView } from './views';

/**
 * An outcome rests on the ledger; the lots, the receipt, B's note that its answer is recorded and A's verdict at B follow on their own.
 * @returns the comparisons once all of that has arrived
 */
export async function settled(
  network: TestNetwork,
  comparisons: readonly ComparisonView[],
): Promise<readonly SettledComparison[]> {
  return waitFor('lots, receipts, records and verdicts have arrived', async () => {
    const shown = await Promise.all(
      comparisons.map(({ id }) => network.a.get<SettledComparison>(`/comparisons/${id}`)),
    );
    const { orders } = await network.client(S).get<StatementView>('/statements');
    const charged = orders.filter(({ state }) => state === 'charged').map(({ orderId }) => orderId);
    const disclosures = await network.b.list<DisclosureView>('/disclosures');
    const recorded = disclosures
      .filter((one) => one.recorded === true && one.verdict === 'verified')
      .map(({ pairId }) => pairId);
    const arrived = shown.every(
      ({ pairId, from, order }) =>
        from.lot !== null &&
        order.state === 'charged' &&
        charged.includes(order.orderId) &&
        recorded.includes(pairId),
    );
    return arrived && shown;
  });
}

interface DisclosureView {
  readonly pairId: string;
  readonly recorded: boolean | null;
  readonly verdict: string | null;
}

export interface SettledComparison extends ComparisonView {
  readonly pairId: string;
  readonly from: ComparisonView['from'] & { readonly lot: string | null };
  readonly order: { readonly orderId: string; readonly state: string };
}
