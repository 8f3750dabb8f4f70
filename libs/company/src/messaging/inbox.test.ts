import { randomBytes } from 'node:crypto';
import { toBase64url } from '@tacit/core';
import { ACCEPTED, REFUSAL, signEnvelope, type EnvelopeBody } from '@tacit/messaging';
import type { Company } from '../company';
import { eventually, TestNetwork } from '../network.fixture';
import { REFUSAL_DELAY, type ReceivedMessage } from './inbox';
import { newMessageId } from './mailer';
import { ReceivedMessageEntity, RefusalEntity, SentMessageEntity } from './message.entities';

const hash = (): string => toBase64url(randomBytes(32));

describe('messages between companies', () => {
  let network: TestNetwork;
  let a: Company;
  let b: Company;
  let received: ReceivedMessage<'answer-request'>[];
  let refusals: ReceivedMessage<'refusal'>[];

  const request = (): { requestId: string; pairId: string; zHash: string; rise: string } => ({
    requestId: newMessageId(),
    pairId: newMessageId(),
    zHash: hash(),
    rise: hash(),
  });
  const body = (changes: Partial<EnvelopeBody> = {}): EnvelopeBody => ({
    type: 'answer-request',
    version: 1,
    id: newMessageId(),
    from: 'ManufacturerA',
    to: 'ManufacturerB',
    issuedAt: Date.now(),
    expiresAt: Date.now() + 60_000,
    payload: request(),
    ...changes,
  });
  const introduce = async (company: Company, partner: string): Promise<unknown> =>
    company.partners.put({
      company: partner,
      displayName: partner,
      inbox: network.addressOf(partner),
      channels: { quality: 'quality' },
    });

  const listenAtB = (company: Company): void => {
    company.inbox.on('answer-request', async (message) => {
      received.push(message);
      return async (em) => {
        await company.mailer.prepare(em, {
          type: 'refusal',
          to: message.from,
          inReplyTo: message.id,
          payload: REFUSAL,
        });
      };
    });
  };

  beforeEach(async () => {
    network = new TestNetwork({
      quality: ['ManufacturerA', 'ManufacturerB'],
      'quality-c': ['ManufacturerC', 'ManufacturerB'],
    });
    received = [];
    refusals = [];
    a = await network.open('ManufacturerA', 'evaluator');
    a.inbox.on('refusal', async (message) => {
      refusals.push(message);
      return async () => undefined;
    });
    b = await network.open('ManufacturerB', 'keyHolder');
    listenAtB(b);
    await a.start();
    await b.start();
    await introduce(a, 'ManufacturerB');
    await introduce(b, 'ManufacturerA');
    await eventually(() => a.membership.isRegistered('quality'));
    await eventually(() => b.membership.isRegistered('quality'));
  });
  afterEach(() => network.close());

  it('carries a message there and its reply back, each acted on once', async () => {
    const id = await a.database.transaction((em) =>
      a.mailer.prepare(em, { type: 'answer-request', to: 'ManufacturerB', payload: request() }),
    );
    await eventually(async () => refusals.length === 1);
    expect(received.map((message) => message.id)).toEqual([id]);
    expect(refusals[0]).toMatchObject({ from: 'ManufacturerB', inReplyTo: id, payload: REFUSAL });
    const sent = await eventually(async () => {
      const row = await a.database.read((em) => a.mailer.sent(em, id));
      return row?.state === 'accepted' && row;
    });
    const stored = await b.database.read((em) => b.inbox.find(em, 'ManufacturerA', id));
    expect(stored?.jws).toBe(sent.jws);
  });

  it('waits while the recipient is down, and names it', async () => {
    network.setDown('ManufacturerB', true);
    await a.database.transaction((em) =>
      a.mailer.prepare(em, { type: 'answer-request', to: 'ManufacturerB', payload: request() }),
    );
    await eventually(async () => (await a.queue.waiting())[0]?.counterparty === 'ManufacturerB');
    network.setDown('ManufacturerB', false);
    await eventually(async () => refusals.length === 1);
    expect(received).toHaveLength(1);
  });

  it('tells its owner when a message can no longer arrive', async () => {
    const failed: unknown[] = [];
    a.mailer.onFailed('answer-request', async (_em, { id, to }, reason) => {
      failed.push([id, to, reason]);
    });
    network.setDown('ManufacturerB', true);
    const late = await a.database.transaction((em) =>
      a.mailer.prepare(em, { type: 'answer-request', to: 'ManufacturerB', payload: request(), lifetime: 50 }),
    );
    await eventually(async () => failed.length === 1);
    network.setDown('ManufacturerB', false);
    const wrong = await a.database.transaction((em) =>
      a.mailer.prepare(em, {
        type: 'answer-request',
        to: 'ManufacturerB',
        payload: { ...request(), zHash: 'x' },
      }),
    );
    await eventually(async () => failed.length === 2);
    expect(failed).toEqual([
      [late, 'ManufacturerB', 'expired'],
      [wrong, 'ManufacturerB', 'refused'],
    ]);
  });

  it('seals content that only the recipient opens, in one envelope', async () => {
    const content = {
      requestId: newMessageId(),
      pairId: newMessageId(),
      zHash: hash(),
      direction: 'rise',
      index: 5,
      salt: newMessageId(),
      proof: 'AAAA',
      lots: { x: { salt: hash(), label: 'L-1' }, y: { salt: hash(), label: 'L-2' } },
    } as const;
    const id = newMessageId();
    const to = 'ManufacturerA';
    const payload = await b.mailer.seal('answer', to, id, content);
    const message = { from: 'ManufacturerB', to, id, payload };
    await expect(b.mailer.open('answer', message)).rejects.toThrow('not sealed to this company');
    await expect(a.mailer.open('answer', { ...message, id: newMessageId() })).rejects.toThrow('not sealed');
    expect(await a.mailer.open('answer', message)).toEqual(content);
  });

  describe('the same envelope again', () => {
    it('is accepted again, acted on once, and gets the same reply byte for byte', async () => {
      const jws = await signEnvelope(body(), a.identity.client);
      expect(await b.inbox.receive(jws)).toEqual(ACCEPTED);
      await eventually(async () => refusals.length === 1);
      const reply = async (): Promise<SentMessageEntity[]> =>
        b.database.read((em) => em.find(SentMessageEntity));
      const before = await eventually(async () => {
        const list = await reply();
        return list[0]?.state === 'accepted' && list;
      });
      const again = await Promise.all([b.inbox.receive(jws), b.inbox.receive(jws), b.inbox.receive(jws)]);
      expect(again).toEqual([ACCEPTED, ACCEPTED, ACCEPTED]);
      await eventually(async () => (await b.queue.counts()).length === 0);
      expect(await reply()).toEqual(before);
      expect([received.length, refusals.length]).toEqual([1, 1]);
    });

    it('is accepted with another signature over the same body, and refused with another payload', async () => {
      const first = body();
      const jws = await signEnvelope(first, a.identity.client);
      const resigned = await signEnvelope(first, a.identity.client);
      const changed = await signEnvelope({ ...first, payload: request() }, a.identity.client);
      expect(resigned).not.toBe(jws);
      expect(await b.inbox.receive(jws)).toEqual(ACCEPTED);
      expect(await b.inbox.receive(resigned)).toEqual(ACCEPTED);
      expect(await b.inbox.receive(changed)).toEqual(REFUSAL);
      expect(await b.database.read((em) => em.count(ReceivedMessageEntity))).toBe(1);
    });

    it('is acted on after a crash that came between commit and work', async () => {
      const jws = await signEnvelope(body(), a.identity.client);
      await b.queue.stop();
      expect(await b.inbox.receive(jws)).toEqual(ACCEPTED);
      expect(received).toHaveLength(0);
      await network.stop(b);
      b = await network.open('ManufacturerB', 'keyHolder');
      listenAtB(b);
      await b.start();
      await eventually(async () => refusals.length === 1);
      expect(received).toHaveLength(1);
    });
  });

  it('refuses with one body whatever is wrong, records the reason for the operator only, and stores nothing', async () => {
    const c = await network.open('ManufacturerC', 'evaluator');
    await c.start();
    await eventually(() => c.membership.isRegistered('quality-c'));
    const sign = (changes: Partial<EnvelopeBody>, by: Company = a): Promise<string> =>
      signEnvelope(body(changes), by.identity.client);
    const good = await sign({});
    const hostile: [string, unknown][] = [
      ['envelope-malformed', 'x'],
      ['envelope-malformed', { jws: good }],
      ['envelope-malformed', undefined],
      ['envelope-signature', good.slice(0, -86) + 'A'.repeat(86)],
      ['envelope-recipient', await sign({ to: 'ManufacturerA' })],
      ['envelope-expired', await sign({ issuedAt: Date.now() - 60_000, expiresAt: Date.now() - 1 })],
      ['envelope-not-yet-valid', await sign({ issuedAt: Date.now() + 1e6, expiresAt: Date.now() + 2e6 })],
      ['envelope-lifetime', await sign({ expiresAt: Date.now() + 1e12 })],
      ['envelope-unknown-type', await sign({ type: 'nonsense' })],
      ['type-not-taken', await sign({ type: 'refusal', payload: { ...REFUSAL } })],
      ['message-payload', await sign({ payload: { requestId: 1 } })],
      ['envelope-certificate-unknown-sender', await sign({ from: 'ManufacturerC' }, c)],
      ['envelope-certificate-not-issued-by-root', await sign({}, c)],
      ['envelope-certificate-not-a-client', await signEnvelope(body(), a.identity.admin!)],
    ];
    const refusedBefore = Date.now();
    const replies = await Promise.all(hostile.map(([, jws]) => b.inbox.receive(jws)));
    expect(Date.now() - refusedBefore).toBeGreaterThanOrEqual(REFUSAL_DELAY - 5);
    for (const reply of replies) expect(reply).toEqual(REFUSAL);
    const counted = await b.metrics.refusals.get();
    expect(counted.values.map(({ labels, value }) => [labels.reason, value]).sort()).toEqual(
      [...new Set(hostile.map(([reason]) => reason))]
        .map((reason) => [reason, hostile.filter(([other]) => other === reason).length])
        .sort(),
    );
    expect(await b.database.read((em) => em.count(ReceivedMessageEntity))).toBe(0);
    expect(await b.database.read((em) => em.count(RefusalEntity))).toBeGreaterThan(0);
    expect(received).toHaveLength(0);
  });

  it('refuses a message over a channel of another purpose or of other members', async () => {
    const c = await network.open('ManufacturerC', 'evaluator');
    await c.start();
    await eventually(() => c.membership.isRegistered('quality-c'));
    await expect(
      b.partners.put({
        company: 'ManufacturerC',
        displayName: 'C',
        inbox: network.addressOf('ManufacturerC'),
        channels: { quality: 'quality' },
      }),
    ).rejects.toMatchObject({ code: 'unknown-channel' });
    await expect(
      b.partners.put({
        company: 'ManufacturerC',
        displayName: 'C',
        inbox: network.addressOf('ManufacturerC'),
        channels: { xor: 'quality-c' },
      }),
    ).rejects.toMatchObject({ code: 'unknown-channel' });
  });

  it('does not acknowledge when the ledger cannot be asked', async () => {
    const jws = await signEnvelope(body(), a.identity.client);
    await b.ledger.close();
    await expect(b.inbox.receive(jws)).rejects.toThrow('the ledger could not be asked');
  });
});
