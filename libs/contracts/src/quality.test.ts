import { agreementHash, answerHash, type Agreement, type Answer } from '@tacit/comparison';
import { canonicalBytes, fromBase64url, toBase64url } from '@tacit/core';
import { ContractError, createContracts, MAX_REQUEST_LIFETIME } from '@tacit/contracts';
import { MemoryChannel } from './memory-channel.fixture';
import { anyHash, id, pairOfReadings, scheme, terms, type PublishedPair } from './published-pair.fixture';

const contracts = createContracts({ schemes: [scheme] });
const contract = contracts.find(({ purpose }) => purpose === 'quality')!;
const refusal = (code: string): unknown => expect.objectContaining({ name: 'ContractError', code });

async function agreed(
  agreement: Agreement = terms(),
): Promise<{ channel: MemoryChannel; agreement: Agreement }> {
  const channel = new MemoryChannel('quality', contract);
  await channel.run('B', 'proposeAgreement', agreement);
  await channel.run('A', 'acceptAgreement', { agreementHash: agreementHash(agreement) });
  return { channel, agreement };
}

async function published(
  agreement?: Agreement,
): Promise<{ channel: MemoryChannel; agreement: Agreement; pair: PublishedPair }> {
  const setting = await agreed(agreement);
  const pair = pairOfReadings(setting.agreement, 45n, 41n);
  await setting.channel.run('B', 'publishPair', pair.quality);
  return { ...setting, pair };
}

const ask = (
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

describe('pairs', () => {
  it('are recorded once; the same record again changes nothing', async () => {
    const { channel, pair } = await published();
    const { size } = channel.state;
    await channel.run('B', 'publishPair', pair.quality);
    expect(channel.state.size).toBe(size);
    expect(await channel.run('A', 'getPair', { pairId: pair.quality.pairId })).toEqual(pair.quality);
  });

  it('refuse a second record for a pair and a key that was used', async () => {
    const { channel, agreement, pair } = await published();
    const second = pairOfReadings(agreement, 45n, 76n, { pairId: pair.quality.pairId });
    await expect(channel.run('B', 'publishPair', second.quality)).rejects.toEqual(refusal('pair-exists'));
    const reused = pairOfReadings(agreement, 45n, 76n, { key: pair.key });
    await expect(channel.run('B', 'publishPair', reused.quality)).rejects.toEqual(refusal('key-used'));
  });

  it('refuse strangers and the evaluator', async () => {
    const { channel, agreement } = await agreed();
    const { quality } = pairOfReadings(agreement, 1n, 2n);
    for (const company of ['A', 'S', 'C']) {
      await expect(channel.run(company, 'publishPair', quality)).rejects.toEqual(refusal('not-allowed'));
    }
  });

  it.each<[string, string, (agreement: Agreement, pair: PublishedPair) => object]>([
    ['readings that are not consecutive', 'bad-record', () => ({ sequence: { x: 1, y: 3 } })],
    ['readings that go back in time', 'bad-record', () => ({ takenAt: { x: 2, y: 2 } })],
    ['a vector cut by one ciphertext', 'bad-vector', (_, { quality }) => ({ x: quality.x.slice(0, -22) })],
    [
      'a vector with one more ciphertext',
      'bad-vector',
      (_, { quality }) => ({
        x: toBase64url(Buffer.concat([fromBase64url(quality.x), Buffer.alloc(16, 1)])),
      }),
    ],
    ['ciphertext 0', 'bad-vector', (_, { quality }) => ({ x: withFirst(quality.x, 0n) })],
    [
      'ciphertext n',
      'bad-vector',
      (_, { quality, key }) => ({ x: withFirst(quality.x, key.publicKey.modulus) }),
    ],
    [
      'ciphertext n²',
      'bad-vector',
      (_, { quality, key }) => ({ x: withFirst(quality.x, key.publicKey.modulus ** 2n) }),
    ],
    [
      'ciphertext 2^128 − 1',
      'bad-vector',
      (_, { quality }) => ({ x: withFirst(quality.x, (1n << 128n) - 1n) }),
    ],
    ['a hash of other bytes', 'bad-vector', () => ({ xHash: anyHash() })],
    ['a keyId of another key', 'bad-record', () => ({ keyId: anyHash() })],
    [
      'a key that is even',
      'bad-record',
      () => ({ publicKey: toBase64url(Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0)) }),
    ],
    ['a profile that was not agreed', 'bad-record', () => ({ profile: 'paillier-6144' })],
    ['an unknown agreement', 'unknown-agreement', () => ({ agreementHash: anyHash() })],
    ['an unknown superseded pair', 'unknown-pair', () => ({ supersedes: id() })],
    ['a field that is not part of it', 'bad-input', () => ({ value: '0.45' })],
    ['bytes in another spelling', 'bad-input', (_, { quality }) => ({ x: `${quality.x}=` })],
    ['bytes beyond every size', 'bad-input', () => ({ x: 'A'.repeat(200_000) })],
  ])('refuse %s', async (_, code, change) => {
    const { channel, agreement } = await agreed();
    const pair = pairOfReadings(agreement, 45n, 41n);
    const record = { ...pair.quality, ...change(agreement, pair) };
    await expect(channel.run('B', 'publishPair', record)).rejects.toEqual(refusal(code));
    expect([...channel.state.keys()].some((key) => key.startsWith('pair'))).toBe(false);
  });

  it('are refused before acceptance, after expiry and under a superseded version', async () => {
    const agreement = terms();
    const channel = new MemoryChannel('quality', contract);
    await channel.run('B', 'proposeAgreement', agreement);
    const { quality } = pairOfReadings(agreement, 1n, 2n);
    await expect(channel.run('B', 'publishPair', quality)).rejects.toEqual(refusal('agreement-not-active'));
    await channel.run('A', 'acceptAgreement', { agreementHash: agreementHash(agreement) });
    channel.now = agreement.expiresAt;
    await expect(channel.run('B', 'publishPair', quality)).rejects.toEqual(refusal('agreement-expired'));
  });

  it('are corrected by another pair of the same readings', async () => {
    const { channel, agreement, pair } = await published();
    const supersedes = pair.quality.pairId;
    const other = pairOfReadings(agreement, 45n, 42n, { supersedes, sequence: { x: 2, y: 3 } });
    await expect(channel.run('B', 'publishPair', other.quality)).rejects.toEqual(refusal('bad-record'));
    const correction = pairOfReadings(agreement, 45n, 42n, { supersedes });
    await channel.run('B', 'publishPair', correction.quality);
  });
});

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
});

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

/** The vector with its first ciphertext replaced. */
function withFirst(vector: string, value: bigint): string {
  const bytes = Buffer.from(fromBase64url(vector));
  Buffer.from(value.toString(16).padStart(32, '0'), 'hex').copy(bytes);
  return toBase64url(bytes);
}
