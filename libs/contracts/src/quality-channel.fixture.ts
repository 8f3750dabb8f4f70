import { agreementHash, type Agreement } from '@tacit/comparison';
import { createContracts } from '@tacit/contracts';
import { MemoryChannel } from './memory-channel.fixture';
import { id, pairOfReadings, scheme, terms, type PublishedPair } from './published-pair.fixture';

export const contracts = createContracts({ schemes: [scheme] });
export const contract = contracts.find(({ purpose }) => purpose === 'quality')!;
export const refusal = (code: string): unknown => expect.objectContaining({ name: 'ContractError', code });

/** A channel with an accepted agreement. */
export async function agreed(
  agreement: Agreement = terms(),
): Promise<{ channel: MemoryChannel; agreement: Agreement }> {
  const channel = new MemoryChannel('quality', contract);
  await channel.run('B', 'proposeAgreement', agreement);
  await channel.run('A', 'acceptAgreement', { agreementHash: agreementHash(agreement) });
  return { channel, agreement };
}

/** A channel with an accepted agreement and one published pair, 45 → 41. */
export async function published(
  agreement?: Agreement,
): Promise<{ channel: MemoryChannel; agreement: Agreement; pair: PublishedPair }> {
  const setting = await agreed(agreement);
  const pair = pairOfReadings(setting.agreement, 45n, 41n);
  await setting.channel.run('B', 'publishPair', pair.quality);
  return { ...setting, pair };
}

/** The evaluator's request about a pair, changed as told. */
export const ask = (
  channel: MemoryChannel,
  pair: PublishedPair,
  change: object = {},
  by = 'A',
  w = pair.w,
): Promise<unknown> =>
  channel.run(
    by,
    'requestComparison',
    {
      requestId: id(),
      pairId: pair.quality.pairId,
      zHash: pair.zHash,
      nonce: id(),
      expiresAt: channel.now + 3_600_000,
      slot: 0,
      ...change,
    },
    { transient: { w } },
  );
