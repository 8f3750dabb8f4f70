// Who may ask B, and with what: nobody in A's name, no other company about A's pair, and every message once.
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createContracts, type Order } from '@tacit/contracts';
import { fromBase64url } from '@tacit/core';
import { createCompanyIdentity, openDevLedger, type Ledger } from '@tacit/ledger';
import type { EnvelopeBody } from '@tacit/messaging';
import { ledgerDirOf } from '../../tools/company-process';
import { A, A2, agree, B, publishSeries, S, startTestNetwork, waitFor, type TestNetwork } from '../support';
import { encode, openRequest, readPair, type KnownPair } from './asking';
import { CompanyInHand, randomId, type SignedMessage } from './company-in-hand';
import { edit, flip, forge, headerOf, join, mirrored, partsOf } from './forgery';
import type { Mailbox } from './mailbox';
import { expectAccepted, expectRefusal, expectRefusedAtTheDoor } from './refusals';
import { SeenByB } from './seen-by-b';

jest.setTimeout(300_000);

let network: TestNetwork;
let a: CompanyInHand;
let a2: CompanyInHand;
let mailboxOfA: Mailbox;
let mailboxOfA2: Mailbox;
let seen: SeenByB;
let agreementId: string;
/** Nobody ever asks about it properly. */
let unasked: KnownPair;
let answered: KnownPair;

beforeAll(async () => {
  network = await startTestNetwork({ withA2: true });
  agreementId = await agree(network);
  const [unaskedId = '', answeredId = ''] = await publishSeries(network, ['0.45', '0.41', '0.76']);
  await Promise.all([A, A2].map((company) => network.network.company(company).stop()));
  a = await CompanyInHand.open(network, A);
  a2 = await CompanyInHand.open(network, A2);
  mailboxOfA = await a.listen();
  mailboxOfA2 = await a2.listen();
  seen = new SeenByB(network);
  const servicer = await CompanyInHand.open(network, S);
  unasked = await readPair(a, servicer, unaskedId, 0);
  answered = await readPair(a, servicer, answeredId, 1);
  await servicer.close();
});

afterAll(async () => {
  seen.close();
  await Promise.all([mailboxOfA.close(), mailboxOfA2.close(), a.close(), a2.close()]);
  await network.stop();
});

function question({ pairId, zHash, z }: KnownPair, requestId = randomId()): Record<string, unknown> {
  return { requestId, pairId, zHash, rise: encode(z.rise) };
}

function ask(company: CompanyInHand, payload: Readonly<Record<string, unknown>>): Promise<SignedMessage> {
  return company.sign({ type: 'answer-request', to: B, payload });
}

/** Delivers each to B at the same time; each is refused like every other. @returns why, by B's log */
async function refusedAtTheDoor(envelopes: Readonly<Record<string, unknown>>): Promise<string[]> {
  const before = doorReasons().length;
  const deliveries = await Promise.all(Object.values(envelopes).map((jws) => a.deliver(B, jws)));
  deliveries.forEach(expectRefusedAtTheDoor);
  return doorReasons().slice(before);
}

function doorReasons(): string[] {
  return network
    .logs(B)
    .filter((line) => line.includes('an envelope was refused'))
    .map((line) => (JSON.parse(line) as { reason: string }).reason);
}

describe('C, a company of no channel', () => {
  let folder: string;
  let networkDir: string;

  beforeAll(() => {
    folder = path.join(network.dir, '..', 'c');
    networkDir = ledgerDirOf(network.dir);
  });

  it('does not speak for A, whatever certificate it shows', async () => {
    // Its own root may well call itself A's.
    const pretender = await createCompanyIdentity(path.join(folder, 'pretender'), A, 'Manufacturer-A');
    const stranger = await createCompanyIdentity(
      path.join(folder, 'stranger'),
      'ManufacturerC',
      'Manufacturer-C',
    );
    const { jws } = await ask(a, question(unasked));
    const body = JSON.parse(Buffer.from(partsOf(jws).body, 'base64url').toString()) as EnvelopeBody;
    const as = (from: string): EnvelopeBody => ({ ...body, from, id: randomId() });
    const certificateOf = headerOf;
    const reasons = await refusedAtTheDoor({
      'a certificate of its own in A’s name': forge(
        certificateOf(pretender.client.certificateDer),
        as(A),
        pretender.client.privateKey,
      ),
      'a certificate in its own name': forge(
        certificateOf(stranger.client.certificateDer),
        as(A),
        stranger.client.privateKey,
      ),
      'its own name': forge(
        certificateOf(stranger.client.certificateDer),
        as('ManufacturerC'),
        stranger.client.privateKey,
      ),
      'A’s certificate and another key': forge(
        certificateOf(a.identity.client.certificateDer),
        as(A),
        stranger.client.privateKey,
      ),
      'the certificate of A’s admin': forge(
        certificateOf(a.identity.admin!.certificateDer),
        as(A),
        a.identity.admin!.privateKey,
      ),
      'A′’s certificate': forge(
        certificateOf(a2.identity.client.certificateDer),
        as(A),
        a2.identity.client.privateKey,
      ),
    });
    expect(reasons.sort()).toEqual([
      'envelope-certificate-not-a-client',
      'envelope-certificate-not-issued-by-root',
      'envelope-certificate-not-issued-by-root',
      'envelope-certificate-not-issued-by-root',
      'envelope-certificate-unknown-sender',
      'envelope-signature',
    ]);
  });

  it('has no place on the ledger, in A’s name or its own', async () => {
    const open = (identity: string, company: string): Promise<Ledger> =>
      openDevLedger({
        networkDir,
        identityDir: path.join(folder, identity),
        company,
        inThread: createContracts(),
      });
    await expect(open('pretender', A)).rejects.toMatchObject({ code: 'misconfigured' });
    const ledger = await open('stranger', 'ManufacturerC');
    const input = { pairId: unasked.pairId };
    for (const [channel, name] of [
      ['quality', 'getPair'],
      ['xor', 'getXor'],
    ] as const) {
      await expect(ledger.evaluate({ channel, name, input })).rejects.toMatchObject({ code: 'not-a-member' });
    }
    await ledger.close();
  });
});

describe('A′, who has agreements of its own with B and S', () => {
  it('gets no answer about A’s pair, under a request of its own or of A’s', async () => {
    const requestId = await openRequest(a, unasked);
    const sent = await Promise.all(
      [question(unasked), question(unasked, requestId)].map(async (payload) => {
        const { id, jws } = await ask(a2, payload);
        const delivery = await a2.deliver(B, jws);
        expectAccepted(delivery);
        return { id, from: A2, to: B, sentAt: delivery.sentAt };
      }),
    );
    for (const request of sent) {
      expectRefusal(await mailboxOfA2.reply(request.id), request);
      expect(seen.requests().get(request.id)).toMatchObject({
        state: 'refused',
        reason: 'not-the-evaluator',
      });
    }
    // A's request is still A's to use or lose: a stranger's question has not ended it.
    expect(await a.query('quality', 'getRequest', { requestId })).toMatchObject({ status: 'requested' });
    expect(seen.given()).toEqual({ answers: 0, charged: 0 });
  });

  it('records no request about it', async () => {
    const { pairId, zHash } = unasked;
    const terms = {
      requestId: randomId(),
      pairId,
      zHash,
      nonce: randomId(),
      expiresAt: Date.now() + 60_000,
      slot: 2,
    };
    expect(await a2.submit('quality', 'requestComparison', terms)).toBe('not-a-member');
    expect(await a2.submit('quality-a2', 'requestComparison', terms)).toBe('unknown-pair');
  });

  it('is sold nothing about it', async () => {
    const { credential } = await network.s.post<{ credential: string }>(`/customers/${A2}/credential`);
    const order = {
      orderId: randomId(),
      pairId: unasked.pairId,
      servicer: S,
      price: { minorUnits: 250, currency: 'EUR' },
      deadline: Date.now() + 3_600_000,
    };
    const transient = { credential: fromBase64url(credential) };
    expect(await a2.submit('sales-a2', 'placeOrder', order, transient)).toBeUndefined();
    const ended = await waitFor('S has refused the order', async () => {
      const stored = await a2.query<Order>('sales-a2', 'getOrder', { orderId: order.orderId });
      return stored.ended !== null && stored;
    });
    expect(ended).toMatchObject({ deliveredAt: null, ended: { state: 'refused', reason: 'not-for-sale' } });
    expect(mailboxOfA2.envelopes.filter(({ body }) => body.type !== 'refusal')).toEqual([]);
  });
});

describe('an envelope', () => {
  let request: SignedMessage;
  let requestId: string;

  beforeAll(async () => {
    requestId = await openRequest(a, answered);
    request = await ask(a, question(answered, requestId));
  });

  it('is refused when any region of it was altered', async () => {
    const { header, body, signature } = partsOf(request.jws);
    const whole = { header, body, signature };
    const inHeader = (change: Record<string, unknown>): string =>
      join({ ...whole, header: edit(header, (value) => ({ ...value, ...change })) });
    const inBody = (change: Record<string, unknown>): string =>
      join({ ...whole, body: edit(body, (value) => ({ ...value, ...change })) });
    const inPayload = (change: Record<string, unknown>): string =>
      inBody({ payload: { ...question(answered, requestId), ...change } });
    const now = Date.now();
    const certificate = Buffer.from(a2.identity.client.certificateDer).toString('base64');
    const reasons = await refusedAtTheDoor({
      'alg none': inHeader({ alg: 'none' }),
      'alg HS256': inHeader({ alg: 'HS256' }),
      'another typ': inHeader({ typ: 'JWT' }),
      'another certificate': inHeader({ x5c: [certificate] }),
      'a certificate more': inHeader({ x5c: [certificate, certificate] }),
      'a key in the header': inHeader({ jwk: { kty: 'EC' } }),
      'a key’s address in the header': inHeader({ jku: 'http://127.0.0.1/keys' }),
      'a critical extension': inHeader({ crit: ['exp'] }),
      'another type': inBody({ type: 'answer' }),
      'another version': inBody({ version: 2 }),
      'another id': inBody({ id: randomId() }),
      'another sender': inBody({ from: A2 }),
      'another recipient': inBody({ to: S }),
      'a reply to something': inBody({ inReplyTo: randomId() }),
      'issued earlier': inBody({ issuedAt: now - 10_000 }),
      'valid longer': inBody({ expiresAt: now + 3_600_000 }),
      'another request': inPayload({ requestId: randomId() }),
      'another pair': inPayload({ pairId: unasked.pairId }),
      'another zHash': inPayload({ zHash: unasked.zHash }),
      'another rise': inPayload({ rise: encode(unasked.z.rise) }),
      'a byte of the body': join({ ...whole, body: flip(body, 1_000) }),
      'a byte of r': join({ ...whole, signature: flip(signature, 3) }),
      'a byte of s': join({ ...whole, signature: flip(signature, 63) }),
      'no signature': join({ ...whole, signature: '' }),
      'the signature of another envelope': join({
        ...whole,
        signature: partsOf((await ask(a, {})).jws).signature,
      }),
      'one part more': `${request.jws}.${signature}`,
      'a line break at the end': `${request.jws}\n`,
      'half of it': request.jws.slice(0, request.jws.length / 2),
      nothing: '',
    });
    expect(new Set(reasons)).toEqual(
      new Set([
        'envelope-header',
        'envelope-body',
        'envelope-malformed',
        'envelope-signature',
        'envelope-recipient',
        'envelope-certificate-not-issued-by-root',
      ]),
    );
    expect(seen.given()).toEqual({ answers: 0, charged: 0 });
  });

  it('is refused when its payload has another form, however well it is signed', async () => {
    const good = question(answered, requestId);
    const { rise, ...withoutRise } = good;
    const wrongRises = [null, 0, -1, true, [], {}, [rise], '', 'A', 'AB', 'AA==', 'A A', 'éééé', 'NaN', '-1'];
    const wrongIds = [
      '',
      'x',
      7,
      null,
      '../../../../etc/passwd',
      'A'.repeat(23),
      "' OR 1=1; --",
      { $gt: '' },
    ];
    const payloads: readonly Record<string, unknown>[] = [
      {},
      withoutRise,
      { ...good, more: true },
      JSON.parse(`{"__proto__":{"rise":"AA"},"constructor":{}}`) as Record<string, unknown>,
      ...[...wrongRises, '9'.repeat(9_999), 'A'.repeat(140_000)].map((wrong) => ({ ...good, rise: wrong })),
      ...wrongIds.flatMap((wrong) => [
        { ...good, requestId: wrong },
        { ...good, pairId: wrong },
      ]),
      { ...good, zHash: 'A'.repeat(44) },
    ];
    const signed = await Promise.all(payloads.map((payload) => ask(a, payload)));
    const reasons = await refusedAtTheDoor(Object.fromEntries(signed.map(({ id, jws }) => [id, jws])));
    expect(reasons).toEqual(payloads.map(() => 'message-payload'));
  });

  it('is refused when it is not the one spelling of its JSON', async () => {
    const { header, body } = partsOf(request.jws);
    const text = Buffer.from(body, 'base64url').toString();
    const withId = text.replace(request.id, randomId());
    const numbers = ['NaN', 'Infinity', '1e309', '1e2', '-0', '0.5', '9'.repeat(10_000)];
    const spellings = [
      withId.replace('{', '{ '),
      withId.replace('"version":1', '"version":1.0'),
      withId.replace('{', '{"version":1,'),
      `\uFEFF${withId}`,
      `${withId}\n`,
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      'null',
      '',
      ...numbers.map((number) => withId.replace(/"rise":"[^"]*"/, `"rise":${number}`)),
    ];
    const forged = spellings.map((spelling) =>
      forge(Buffer.from(header, 'base64url').toString(), spelling, a.identity.client.privateKey),
    );
    const reasons = await refusedAtTheDoor(Object.fromEntries(forged.entries()));
    expect(new Set(reasons)).toEqual(new Set(['envelope-body']));
    expect(reasons).toHaveLength(spellings.length);
  });

  it('is answered once, and replayed it brings the same bytes and costs nothing', async () => {
    expectAccepted(await a.deliver(B, request.jws));
    const answer = await mailboxOfA.reply(request.id);
    expect(answer.body).toMatchObject({ type: 'answer', from: B, to: A });
    expect(seen.given()).toEqual({ answers: 1, charged: 1 });

    for (const replay of [request.jws, request.jws, withOtherSignature(request.jws)]) {
      const before = (await mailboxOfA.replies(request.id)).length;
      expectAccepted(await a.deliver(B, replay));
      await mailboxOfA.replies(request.id, before + 1);
    }
    // A new message about the answered request.
    const again = await ask(a, question(answered, requestId));
    expectAccepted(await a.deliver(B, again.jws));
    const replies = await mailboxOfA.replies(request.id, 5);
    expect(new Set(replies.map(({ jws }) => jws))).toEqual(new Set([answer.jws]));
    expect(seen.given()).toEqual({ answers: 1, charged: 1 });
    expect(await a.query('quality', 'getBudget', { agreementId })).toMatchObject({ used: 2 });
  });

  it('is refused to a replayer who is somebody else, or sends it elsewhere', async () => {
    const { id, jws } = await ask(a2, question(answered, requestId));
    const delivery = await a2.deliver(B, jws);
    expectAccepted(delivery);
    expectRefusal(await mailboxOfA2.reply(id), { id, from: A2, to: B, sentAt: delivery.sentAt });
    expectRefusedAtTheDoor(await a.deliver(S, request.jws));
  });

  it('is refused when its id stands for another message', async () => {
    const { id } = request;
    const other = await a.sign({ type: 'answer-request', to: B, id, payload: question(unasked) });
    expect(await refusedAtTheDoor({ other: other.jws })).toEqual(['id-used-twice']);
  });

  it('is refused once it has expired, or lives too long, or comes from the future', async () => {
    const payload = question(answered, requestId);
    const brief = await a.sign({ type: 'answer-request', to: B, payload, lifetime: 1_500 });
    const day = 86_400_000;
    const now = Date.now();
    const times = [
      { issuedAt: now - day, expiresAt: now - 1 },
      { issuedAt: now, expiresAt: now + day + 1 },
      { issuedAt: now + 120_000, expiresAt: now + 180_000 },
      { issuedAt: now, expiresAt: now },
    ];
    const envelopes = await Promise.all(
      times.map((time) => a.sign({ type: 'answer-request', to: B, payload, ...time })),
    );
    await sleep(1_500);
    const reasons = await refusedAtTheDoor(
      Object.fromEntries([brief, ...envelopes].map(({ id, jws }) => [id, jws])),
    );
    expect(reasons.sort()).toEqual([
      'envelope-expired',
      'envelope-expired',
      'envelope-lifetime',
      'envelope-lifetime',
      'envelope-not-yet-valid',
    ]);
    expect(seen.given()).toEqual({ answers: 1, charged: 1 });
  });
});

function withOtherSignature(jws: string): string {
  const parts = partsOf(jws);
  return join({ ...parts, signature: mirrored(parts.signature) });
}
