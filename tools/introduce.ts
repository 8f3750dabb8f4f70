import type { ChannelDefinition } from './companies';
import type { Network } from './network';
import type { RestClient } from './rest';
import { waitWhileMoving } from './wait';

/** Nothing here takes longer than a few ledger transactions. */
const STALL_MS = 30_000;

/** Every company enters, as partners, those with which it shares channels. */
export async function enterPartners(network: Network): Promise<void> {
  const names = network.companies.map(({ options: { company } }) => company);
  await Promise.all(
    names.flatMap((company) =>
      names
        .filter((other) => other !== company)
        .map((other) => ({ other, shared: network.channels.filter(joins(company, other)) }))
        .filter(({ shared }) => shared.length > 0)
        .map(({ other, shared }) =>
          network.client(company).post('/partners', {
            company: other,
            displayName: network.company(other).options.displayName,
            inbox: network.company(other).inbox,
            channels: Object.fromEntries(shared.map(({ purpose, name }) => [purpose, name])),
          }),
        ),
    ),
  );
}

function joins(...companies: readonly string[]): (channel: ChannelDefinition) => boolean {
  return ({ members }) => companies.every((company) => (members as readonly string[]).includes(company));
}

/** The servicer registers a customer, who stores the credential; waits until the channel knows both. */
export async function registerCustomer(network: Network, customer: string, servicer: string): Promise<void> {
  const { credential } = await network
    .client(servicer)
    .post<{ credential: string }>('/customers', { company: customer });
  await network.client(customer).put(`/partners/${servicer}/customer-credential`, { credential });
  await waitWhileMoving(
    async () => {
      const customers = await network
        .client(servicer)
        .list<{ company: string; recorded: boolean }>('/customers');
      const recorded = customers.some((one) => one.company === customer && one.recorded);
      const progress = `${servicer} registers ${customer}`;
      return recorded ? { done: true, progress } : { progress };
    },
    { stallMs: STALL_MS, pollMs: 100 },
  );
}

/** The evaluator accepts what the key holder has proposed; waits until both know. */
export async function acceptAgreements(
  { keyHolder, evaluator }: { readonly keyHolder: RestClient; readonly evaluator: RestClient },
  ids: readonly string[],
): Promise<void> {
  await reach(evaluator, ids, 'proposed');
  for (const id of ids) await evaluator.post(`/agreements/${id}/accept`);
  await Promise.all([reach(evaluator, ids, 'accepted'), reach(keyHolder, ids, 'accepted')]);
}

async function reach(company: RestClient, ids: readonly string[], status: string): Promise<void> {
  await waitWhileMoving(
    async () => {
      const agreements = await company.list<{ id: string; status: string }>('/agreements');
      const there = ids.filter((id) => agreements.some((one) => one.id === id && one.status === status));
      const progress = `${there.length} of ${ids.length} agreements are ${status} at ${company.url}`;
      return there.length === ids.length ? { done: true, progress } : { progress };
    },
    { stallMs: STALL_MS, pollMs: 100 },
  );
}
