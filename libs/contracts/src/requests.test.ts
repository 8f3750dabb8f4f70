import { agreementHash, answerHash, type Agreement, type Answer } from '@tacit/comparison';
import { canonicalBytes } from '@tacit/core';
import { MAX_REQUEST_LIFETIME } from '@tacit/contracts';
import type { MemoryChannel } from './memory-channel.fixture';
import { anyHash, id, pairOfReadings, terms, type PublishedPair } from './published-pair.fixture';
import { ask, published, refusal } from './quality-channel.fixture';

describe('requests', () => {
  it('are recorded when z is the contract’s own', async () => {
    const { channel, agreement, pair } = await published();
    const requestId = id();
    const terms = { requestId, nonce: id() };
    await ask(channel, pair, terms);
    await ask(channel, pair, terms);
    expect(await channel.run('B', 'getRequest', { requestId })).toMatchObject({
      status: 'requested',
      evaluator: 'A',
    });
    expect(await channel.run('A', 'getBudget', { agreementId: agreement.id })).toEqual({
      answerBudget: 2,
      used: 1,
      freeSlot: 1,
    });
    expect(channel.events.filter(({ name }) => name === 'ComparisonRequested')).toHaveLength(1);
  });

  it('refuse a zHash that the contract’s own z does not give', async () => {
    const { channel, pair } = await published();
    await expect(ask(channel, pair, { zHash: anyHash() })).rejects.toEqual(refusal('wrong-evaluation'));
  });

  it('refuse an XOR vector that was substituted, cut, reordered or left out', async () => {
    const { channel, agreement, pair } = await published();
    const other = pairOfReadings(agreement, 45n, 41n);
    const reordered = Buffer.concat([pair.w.subarray(16), pair.w.subarray(0, 16)]);
    for (const w of [other.w, pair.w.subarray(16), reordered, new Uint8Array()]) {
      await expect(ask(channel, pair, {}, 'A', w)).rejects.toEqual(refusal('bad-vector'));
    }
    const input = {
      requestId: id(),
      pairId: pair.quality.pairId,
      zHash: pair.zHash,
      nonce: id(),
      expiresAt: channel.now + 1000,
      slot: 0,
    };
    await expect(channel.run('A', 'requestComparison', input)).rejects.toEqual(refusal('bad-input'));
  });

  it('refuse strangers, the key holder, unknown pairs and expired requests', async () => {
    const { channel, pair } = await published();
    for (const company of ['B', 'S', 'A2']) {
      await expect(ask(channel, pair, {}, company)).rejects.toEqual(refusal('not-allowed'));
    }
    await expect(ask(channel, pair, { pairId: id() })).rejects.toEqual(refusal('unknown-pair'));
    for (const expiresAt of [channel.now, channel.now + MAX_REQUEST_LIFETIME + 1]) {
      await expect(ask(channel, pair, { expiresAt })).rejects.toEqual(refusal('request-expired'));
    }
  });

  it('are one per pair while they live, and free their slot when they end unanswered', async () => {
    const { channel, pair } = await published();
    const requestId = id();
    await ask(channel, pair, { requestId });
    await expect(ask(channel, pair, { slot: 1 })).rejects.toEqual(refusal('request-live'));
    await expect(ask(channel, pair, { requestId, slot: 1 })).rejects.toEqual(refusal('request-exists'));
    await channel.run('B', 'refuseRequest', { requestId });
    await ask(channel, pair, { slot: 0 });
    channel.now += 3_600_000;
    await ask(channel, pair, { slot: 0 });
  });

  it('do not free a slot that another has taken, when they are refused late by a clock that is behind', async () => {
    const { channel, agreement, pair } = await published(terms({ answerBudget: 1 }));
    const first = id();
    const second = pairOfReadings(agreement, 41n, 76n, { sequence: { x: 2, y: 3 }, takenAt: { x: 2, y: 3 } });
    await channel.run('B', 'publishPair', second.quality);
    await ask(channel, pair, { requestId: first, expiresAt: channel.now + 60_000 });
    channel.now += 60_000;
    await ask(channel, second);
    channel.now -= 30_000;
    await channel.run('B', 'refuseRequest', { requestId: first });
    expect(await channel.run('A', 'getBudget', { agreementId: agreement.id })).toEqual({
      answerBudget: 1,
      used: 1,
      freeSlot: null,
    });
  });

  it('refuse a used slot and anything beyond the budget', async () => {
    const { channel, agreement, pair } = await published(terms({ answerBudget: 1 }));
    const second = pairOfReadings(agreement, 41n, 76n, { sequence: { x: 2, y: 3 }, takenAt: { x: 2, y: 3 } });
    await channel.run('B', 'publishPair', second.quality);
    await ask(channel, pair);
    await expect(ask(channel, second)).rejects.toEqual(refusal('slot-taken'));
    await expect(ask(channel, second, { slot: 1 })).rejects.toEqual(refusal('budget-exceeded'));
    expect(await channel.run('A', 'getBudget', { agreementId: agreement.id })).toMatchObject({
      used: 1,
      freeSlot: null,
    });
  });

  it('keep one budget over all versions', async () => {
    const { channel, agreement, pair } = await published(terms({ answerBudget: 1 }));
    await ask(channel, pair);
    const next: Agreement = { ...agreement, version: 2, supersedes: agreementHash(agreement) };
    await channel.run('B', 'proposeAgreement', next);
    await channel.run('A', 'acceptAgreement', { agreementHash: agreementHash(next) });
    const second = pairOfReadings(next, 41n, 76n, { sequence: { x: 2, y: 3 }, takenAt: { x: 2, y: 3 } });
    await channel.run('B', 'publishPair', second.quality);
    await expect(ask(channel, second)).rejects.toEqual(refusal('slot-taken'));
  });

  it('are refused while paused and after expiry', async () => {
    const { channel, agreement, pair } = await published();
    const hash = { agreementHash: agreementHash(agreement) };
    await channel.run('B', 'pauseAgreement', hash);
    await expect(ask(channel, pair)).rejects.toEqual(refusal('agreement-paused'));
    await channel.run('B', 'resumeAgreement', hash);
    await ask(channel, pair);
    channel.now = agreement.expiresAt;
    await expect(ask(channel, pair, { slot: 1 })).rejects.toEqual(refusal('agreement-expired'));
  });
});

describe('answers', () => {
  async function requested(): Promise<{ channel: MemoryChannel; pair: PublishedPair; answer: Answer }> {
    const { channel, pair } = await published();
    const requestId = id();
    await ask(channel, pair, { requestId });
    const answer: Answer = {
      requestId,
      pairId: pair.quality.pairId,
      zHash: pair.zHash,
      direction: 'fall',
      index: 2,
      salt: id(),
      proof: 'AAAA',
    };
    return { channel, pair, answer };
  }
  const record = (channel: MemoryChannel, answer: Answer, by = 'B'): Promise<unknown> =>
    channel.run(
      by,
      'recordAnswer',
      { requestId: answer.requestId },
      { transient: { answer: canonicalBytes(answer) } },
    );

  it('are private, their hash is on the channel, and a repetition changes nothing', async () => {
    const { channel, answer } = await requested();
    await record(channel, answer);
    await record(channel, answer);
    expect(await channel.run('A', 'getAnswer', { requestId: answer.requestId })).toEqual(answer);
    expect(await channel.run('A', 'getRequest', { requestId: answer.requestId })).toMatchObject({
      status: 'answered',
      answerHash: answerHash(answer),
    });
    const shown = [...channel.state.values()].map((value) => new TextDecoder().decode(value)).join();
    expect(shown).not.toContain('"direction"');
    expect(JSON.stringify(channel.events)).not.toContain('fall');
  });

  it('are recorded once, by the key holder, in time, about this request', async () => {
    const { channel, pair, answer } = await requested();
    for (const company of ['A', 'S'])
      await expect(record(channel, answer, company)).rejects.toEqual(refusal('not-allowed'));
    for (const change of [{ pairId: id() }, { zHash: anyHash() }]) {
      await expect(record(channel, { ...answer, ...change })).rejects.toEqual(refusal('bad-record'));
    }
    await expect(record(channel, { ...answer, index: 8 })).rejects.toEqual(refusal('bad-input'));
    const spelled = new TextEncoder().encode(JSON.stringify(answer, null, 1));
    const { requestId } = answer;
    await expect(
      channel.run('B', 'recordAnswer', { requestId }, { transient: { answer: spelled } }),
    ).rejects.toEqual(refusal('bad-input'));
    await expect(channel.run('B', 'recordAnswer', { requestId })).rejects.toEqual(refusal('bad-input'));
    await record(channel, answer);
    await expect(record(channel, { ...answer, direction: 'rise' })).rejects.toEqual(
      refusal('request-closed'),
    );
    await expect(channel.run('B', 'refuseRequest', { requestId })).rejects.toEqual(refusal('request-closed'));
    await expect(ask(channel, pair, { slot: 1 })).rejects.toEqual(refusal('request-live'));
  });

  it('come too late after the request has expired', async () => {
    const { channel, answer } = await requested();
    channel.now += 3_600_000;
    await expect(record(channel, answer)).rejects.toEqual(refusal('request-expired'));
  });

  const conclude = (
    channel: MemoryChannel,
    { requestId }: Answer,
    verdict = 'verified',
    by = 'A',
  ): Promise<unknown> => channel.run(by, 'concludeAnswer', { requestId, verdict });

  it.each(['verified', 'disputed'])(
    'are concluded once, as %s, by the company that asked',
    async (verdict) => {
      const { channel, answer } = await requested();
      await record(channel, answer);
      expect(await channel.run('B', 'getRequest', { requestId: answer.requestId })).toMatchObject({
        verdict: null,
      });
      await conclude(channel, answer, verdict);
      await conclude(channel, answer, verdict);
      await record(channel, answer);
      const { requestId, pairId } = answer;
      expect(await channel.run('B', 'getRequest', { requestId })).toMatchObject({
        status: 'answered',
        verdict,
      });
      expect(channel.events.filter(({ name }) => name === 'AnswerConcluded')).toEqual([
        expect.objectContaining({ payload: { requestId, pairId, verdict } }),
      ]);
      const other = verdict === 'verified' ? 'disputed' : 'verified';
      await expect(conclude(channel, answer, other)).rejects.toEqual(refusal('answer-concluded'));
    },
  );

  it('are concluded by nobody else, with no other verdict, and not before they are there', async () => {
    const { channel, answer } = await requested();
    await expect(conclude(channel, answer)).rejects.toEqual(refusal('not-answered'));
    await record(channel, answer);
    for (const company of ['B', 'S', 'A2']) {
      await expect(conclude(channel, answer, 'disputed', company)).rejects.toEqual(refusal('not-allowed'));
    }
    await expect(conclude(channel, answer, 'refused')).rejects.toEqual(refusal('bad-input'));
    await expect(conclude(channel, { ...answer, requestId: id() })).rejects.toEqual(
      refusal('unknown-request'),
    );
  });

  it('that were refused cannot be concluded', async () => {
    const { channel, answer } = await requested();
    await channel.run('B', 'refuseRequest', { requestId: answer.requestId });
    await expect(conclude(channel, answer)).rejects.toEqual(refusal('not-answered'));
  });
});
