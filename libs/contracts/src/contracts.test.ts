import { ContractError, createContracts } from '@tacit/contracts';
import { MemoryChannel } from './memory-channel.fixture';
import { anyHash, id, pairOfReadings, scheme, terms } from './published-pair.fixture';
import { contract, contracts, refusal } from './quality-channel.fixture';

describe('every contract', () => {
  it('refuses the wrong channel', async () => {
    for (const { purpose, transactions, queries } of contracts) {
      const wrong = new MemoryChannel('documents', { purpose, transactions, queries });
      const other = new MemoryChannel(purpose === 'sales' ? 'quality' : 'sales-a2', {
        purpose,
        transactions,
        queries,
      });
      for (const name of Object.keys({ ...transactions, ...queries })) {
        await expect(wrong.run('B', name, {})).rejects.toEqual(refusal('wrong-channel'));
        await expect(other.run('B', name, {})).rejects.toEqual(refusal('wrong-channel'));
      }
    }
  });

  it('asks the policy guard before every transaction', async () => {
    const guard = jest.fn().mockRejectedValue(new ContractError('policy-breach', 'limit'));
    const samples: Record<string, unknown> = {
      registerMember: { clientFingerprints: ['0'.repeat(64)], encryptionKey: anyHash() },
      proposeAgreement: terms(),
      publishPair: pairOfReadings(terms(), 1n, 2n).quality,
      requestComparison: {
        requestId: id(),
        pairId: id(),
        zHash: anyHash(),
        nonce: id(),
        expiresAt: 1,
        slot: 0,
      },
      publishXor: pairOfReadings(terms(), 1n, 2n).xor,
      registerCustomer: { customer: 'A', credentialHash: anyHash() },
      setPrice: { minorUnits: 1, currency: 'EUR' },
      placeOrder: {
        orderId: id(),
        pairId: id(),
        servicer: 'S',
        price: { minorUnits: 250, currency: 'EUR' },
        deadline: 1,
      },
      concludeAnswer: { requestId: id(), verdict: 'verified' },
      declineAgreement: { agreementHash: anyHash(), reason: 'x' },
      disputeOrder: { orderId: id(), reason: 'x' },
      creditOrder: { orderId: id(), refusalHash: anyHash() },
    };
    const byKind = (name: string): unknown =>
      samples[name] ??
      (name.endsWith('Agreement')
        ? { agreementHash: anyHash() }
        : /Order|Delivery|Receipt/.test(name)
          ? { orderId: id() }
          : { requestId: id() });
    let asked = 0;
    for (const guarded of createContracts({ schemes: [scheme], guard })) {
      const channel = new MemoryChannel(guarded.purpose, guarded);
      for (const name of Object.keys(guarded.transactions)) {
        await expect(channel.run('A', name, byKind(name), { role: 'admin' })).rejects.toEqual(
          refusal('policy-breach'),
        );
        expect(guard).toHaveBeenLastCalledWith(
          expect.anything(),
          expect.objectContaining({ type: `${guarded.purpose}.${name}` }),
        );
        asked++;
      }
    }
    expect(asked).toBe(guard.mock.calls.length);
    expect(guard).toHaveBeenCalledWith(
      expect.anything(),
      expect.objectContaining({ recipient: 'S', amount: 250 }),
    );
  });

  it('lets only an admin register the keys of its own company', async () => {
    const channel = new MemoryChannel('quality', contract);
    const keys = { clientFingerprints: ['a'.repeat(64)], encryptionKey: anyHash() };
    await expect(channel.run('A', 'registerMember', keys)).rejects.toEqual(refusal('not-allowed'));
    await channel.run('A', 'registerMember', keys, { role: 'admin' });
    expect(await channel.run('B', 'getMember', { company: 'A' })).toEqual({ company: 'A', ...keys });
    expect(await channel.run('B', 'getMember', { company: 'B' })).toBeNull();
  });
});
