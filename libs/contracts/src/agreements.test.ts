import { agreementHash, type Agreement } from '@tacit/comparison';
import { MemoryChannel } from './memory-channel.fixture';
import { anyHash, terms } from './published-pair.fixture';
import { agreed, contract, refusal } from './quality-channel.fixture';

describe('agreements', () => {
  it('are proposed by the key holder and accepted by the evaluator', async () => {
    const { channel, agreement } = await agreed();
    expect(await channel.run('A', 'getAgreement', { agreementHash: agreementHash(agreement) })).toMatchObject(
      {
        status: 'accepted',
        paused: false,
        agreement,
      },
    );
    expect(channel.events.map(({ name }) => name)).toEqual(['AgreementProposed', 'AgreementAccepted']);
  });

  it('are not proposed, accepted or paused by others', async () => {
    const agreement = terms();
    const hash = { agreementHash: agreementHash(agreement) };
    const channel = new MemoryChannel('quality', contract);
    await expect(channel.run('A', 'proposeAgreement', agreement)).rejects.toEqual(refusal('not-allowed'));
    await channel.run('B', 'proposeAgreement', agreement);
    for (const company of ['B', 'S', 'C']) {
      await expect(channel.run(company, 'acceptAgreement', hash)).rejects.toEqual(refusal('not-allowed'));
      await expect(channel.run(company, 'declineAgreement', { ...hash, reason: 'no' })).rejects.toEqual(
        refusal('not-allowed'),
      );
    }
    await channel.run('A', 'acceptAgreement', hash);
    await expect(channel.run('A', 'pauseAgreement', hash)).rejects.toEqual(refusal('not-allowed'));
  });

  it('are idempotent and refuse what contradicts their status', async () => {
    const { channel, agreement } = await agreed();
    const hash = { agreementHash: agreementHash(agreement) };
    const events = channel.events.length;
    await channel.run('B', 'proposeAgreement', agreement);
    await channel.run('A', 'acceptAgreement', hash);
    expect(channel.events).toHaveLength(events);
    await expect(channel.run('A', 'declineAgreement', { ...hash, reason: 'late' })).rejects.toEqual(
      refusal('agreement-not-active'),
    );
    await expect(channel.run('A', 'acceptAgreement', { agreementHash: anyHash() })).rejects.toEqual(
      refusal('unknown-agreement'),
    );
  });

  it('are superseded by the next version only', async () => {
    const { channel, agreement } = await agreed();
    const supersedes = agreementHash(agreement);
    const next: Agreement = { ...agreement, version: 2, supersedes, answerBudget: 5 };
    for (const stale of [
      { ...next, version: 3 },
      { ...next, supersedes: null },
      { ...next, supersedes: anyHash() },
    ]) {
      await expect(channel.run('B', 'proposeAgreement', stale)).rejects.toEqual(refusal('stale-version'));
    }
    for (const moved of [
      { ...next, evaluator: 'C' },
      { ...next, quantity: 'weight' },
    ]) {
      await expect(channel.run('B', 'proposeAgreement', moved)).rejects.toEqual(refusal('agreement-exists'));
    }
    await channel.run('B', 'proposeAgreement', next);
    await channel.run('A', 'acceptAgreement', { agreementHash: agreementHash(next) });
    expect(await channel.run('A', 'getAgreement', { agreementHash: supersedes })).toMatchObject({
      status: 'superseded',
    });
  });

  it('refuse an expired one, an unknown profile, malformed terms', async () => {
    const channel = new MemoryChannel('quality', contract);
    await expect(channel.run('B', 'proposeAgreement', terms({ expiresAt: channel.now }))).rejects.toEqual(
      refusal('agreement-expired'),
    );
    await expect(channel.run('B', 'proposeAgreement', terms({ profile: 'paillier-64' }))).rejects.toEqual(
      refusal('unknown-profile'),
    );
    for (const input of [null, [], 'x', {}, { ...terms(), bits: 12 }, { ...terms(), more: 1 }]) {
      await expect(channel.run('B', 'proposeAgreement', input)).rejects.toEqual(refusal('bad-input'));
    }
  });
});
