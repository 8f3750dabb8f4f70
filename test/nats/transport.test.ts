import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Logger, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import {
  ACCEPTED,
  INBOX_SUBJECT,
  inboxSubjectOf,
  MAX_MESSAGE_BYTES,
  NatsTransport,
  natsServerOptions,
  REFUSAL,
  TransportError,
} from '@tacit/messaging';
import type { NatsConnection } from 'nats';
import { Link } from '../faults/link';
import { waitFor } from '../support';
import { TestBroker } from './broker.fixture';

const A = 'ManufacturerA';
const B = 'ManufacturerB';
const S = 'ServicerS';
const ADDRESS = `nats://${B}`;
const TIMEOUT_MS = 3_000;

const received: unknown[] = [];
let reply: () => unknown = () => ACCEPTED;

@Controller()
class TestInbox {
  @MessagePattern(INBOX_SUBJECT)
  receive(@Payload() jws: unknown): unknown {
    received.push(jws);
    return reply();
  }
}

@Module({ controllers: [TestInbox] })
class TestModule {}

let test: TestBroker;
let inbox: INestApplication;
let transport: NatsTransport;

async function startInbox(company = B, port?: number): Promise<INestApplication> {
  const app = await NestFactory.create(TestModule);
  const direct = test.broker.connectionOf(company);
  const options = port === undefined ? direct : { ...direct, servers: [`tls://localhost:${port}`] };
  app.connectMicroservice<MicroserviceOptions>(natsServerOptions(options, company));
  await app.startAllMicroservices();
  return app;
}

async function codeOf(sending: Promise<unknown>): Promise<string> {
  try {
    await sending;
  } catch (error) {
    if (error instanceof TransportError) return error.code;
    throw error;
  }
  return 'sent';
}

/** Sends until it arrives, as the mailer does. */
function arrives(jws: string): Promise<unknown> {
  return waitFor(`${jws} arrives`, async () => (await codeOf(transport.send(ADDRESS, jws))) === 'sent');
}

jest.setTimeout(60_000);

beforeAll(async () => {
  Logger.overrideLogger(false);
  test = await TestBroker.start();
  inbox = await startInbox();
});
beforeEach(() => {
  received.length = 0;
  reply = () => ACCEPTED;
  transport = new NatsTransport(test.broker.connectionOf(A), TIMEOUT_MS);
});
afterEach(() => transport.close());
afterAll(async () => {
  await inbox.close();
  await test.stop();
});

describe('messages over NATS', () => {
  it('arrive and are acknowledged', async () => {
    expect(await transport.send(ADDRESS, 'a.b.c')).toEqual(ACCEPTED);
    reply = () => REFUSAL;
    expect(await transport.send(ADDRESS, 'd.e.f')).toEqual(REFUSAL);
    expect(received).toEqual(['a.b.c', 'd.e.f']);
  });

  it('arrive at the largest size, twenty at once', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => String.fromCharCode(65 + i).repeat(MAX_MESSAGE_BYTES));
    await Promise.all(texts.map((text) => transport.send(ADDRESS, text)));
    expect(new Set(received)).toEqual(new Set(texts));
  });

  it.each([
    ['one byte too long', 'x'.repeat(MAX_MESSAGE_BYTES + 1)],
    ['too long in UTF-8', 'ä'.repeat(MAX_MESSAGE_BYTES)],
    ['too long once it is escaped', '\n'.repeat(MAX_MESSAGE_BYTES)],
  ])('are not sent when they are %s', async (_, text) => {
    expect(await codeOf(transport.send(ADDRESS, text))).toBe('too-large');
    expect(received).toEqual([]);
  });

  it.each([
    'nats://',
    'nats://*',
    'nats://>',
    'nats://a.b',
    'nats://a b',
    'tcp://127.0.0.1:1',
    '',
    `${ADDRESS}/x`,
  ])('are not sent to %p', async (address) => {
    expect(await codeOf(transport.send(address, 'a.b.c'))).toBe('bad-address');
  });

  it('tell that nobody listens', async () => {
    expect(await codeOf(transport.send('nats://ServicerS', 'a.b.c'))).toBe('unreachable');
  });

  it('tell at once that the broker does not let them through', async () => {
    expect(await codeOf(transport.send(`nats://${A}`, 'a.b.c'))).toBe('forbidden');
  });

  it('give up waiting for an acknowledgement', async () => {
    reply = () => new Promise(() => undefined);
    expect(await codeOf(transport.send(ADDRESS, 'a.b.c'))).toBe('timeout');
    expect(received).toEqual(['a.b.c']);
  });

  it('fail when the transport is closed', async () => {
    await transport.close();
    expect(await codeOf(transport.send(ADDRESS, 'a.b.c'))).toBe('closed');
  });

  it('reach one of two processes of the company', async () => {
    const second = await startInbox();
    await Promise.all(Array.from({ length: 20 }, (_, i) => transport.send(ADDRESS, `a.b.${i}`)));
    await second.close();
    expect(received).toHaveLength(20);
  });

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['a text', () => 'accepted'],
    ['another status', () => ({ status: 'maybe' })],
    [
      'an exception',
      () => {
        throw new Error('the database is away');
      },
    ],
  ])('are not believed to have arrived when the inbox replies %s', async (_, wrong) => {
    reply = wrong;
    expect(await codeOf(transport.send(ADDRESS, 'a.b.c'))).toBe('bad-reply');
  });

  it('are sent as soon as the broker is back after a crash, by both sides', async () => {
    await arrives('before');
    await test.broker.kill();
    expect(await codeOf(transport.send(ADDRESS, 'in between'))).toMatch(/unreachable|timeout/);
    await test.broker.restart();
    await arrives('after');
    expect(received).toContain('after');
  });

  it('reach an inbox that was started without the broker', async () => {
    await inbox.close();
    await test.broker.kill();
    inbox = await startInbox();
    await test.broker.restart();
    await arrives('late');
  });
});

describe('a broker that takes connections and is silent, as behind a cut link', () => {
  /** A client waits for the broker's first word for five seconds, and so does the broker for the client's. */
  const LONGER_THAN_A_HANDSHAKE_MS = 6_000;

  it('is left with one connection by each side: none takes messages that another would have to answer', async () => {
    const link = new Link();
    const [server = ''] = test.broker.connectionOf(S).servers;
    const door = createServer((near) => {
      link.carry(near, () => connect(Number(new URL(server).port), '127.0.0.1'));
    });
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    const behind = await startInbox(S, (door.address() as AddressInfo).port);
    const send = (text: string): Promise<string> => codeOf(transport.send(`nats://${S}`, text));
    await waitFor('the first message', async () => (await send('before')) === 'sent');
    link.close();
    link.cut();
    await sleep(LONGER_THAN_A_HANDSHAKE_MS);
    link.heal();
    await waitFor('a message after it', async () => (await send('after')) === 'sent');
    await sleep(LONGER_THAN_A_HANDSHAKE_MS);
    const sent: string[] = [];
    for (let i = 0; i < 10; i += 1) sent.push(await send(`${i}`));
    await behind.close();
    link.close();
    door.close();
    expect(sent).toEqual(sent.map(() => 'sent'));
  });
});

describe('hostile bytes', () => {
  let hostile: NatsConnection;

  beforeAll(async () => {
    hostile = await test.as(A);
  });

  const subject = inboxSubjectOf(B);
  const frame = (changes: object): string =>
    JSON.stringify({ pattern: subject, id: '1', data: 'a.b.c', ...changes });

  it.each<[string, string | Uint8Array, string | undefined]>([
    ['no JSON', 'hello', undefined],
    ['nothing', '', undefined],
    ['null', 'null', undefined],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe), undefined],
    ['nesting without end', '['.repeat(200_000), undefined],
    ['another pattern', frame({ pattern: INBOX_SUBJECT }), undefined],
    ['an event, which nobody acknowledges', JSON.stringify({ pattern: subject, data: 'x' }), undefined],
    ['data that is no text', frame({ data: { jws: 'a.b.c' } }), undefined],
    ['a further member', frame({ isDisposed: true }), undefined],
    ['no reply subject', frame({}), ''],
    ['another inbox as its reply subject', frame({}), 'tacit.inbox.ServicerS'],
    ['a batch as its reply subject', frame({}), `tacit.batch.${B}.readings`],
    ['JetStream as its reply subject', frame({}), `$JS.API.STREAM.MSG.DELETE.dead-letters-${B}`],
  ])('to an inbox: %s never reaches the handler', async (_, bytes, replyTo) => {
    const options = replyTo === '' ? {} : { reply: replyTo ?? `_INBOX.${A}.x` };
    hostile.publish(subject, bytes, options);
    await hostile.flush();
    expect(await transport.send(ADDRESS, 'd.e.f')).toEqual(ACCEPTED);
    expect(received).toEqual(['d.e.f']);
  });

  it.each<[string, string | Uint8Array]>([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['a number', '5'],
    ['null', 'null'],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe)],
    ['an acceptance without the id of the request', JSON.stringify({ response: ACCEPTED })],
  ])('as the reply of a company: %s costs an error and no more', async (_, bytes) => {
    const company = await test.as('ServicerS');
    company.subscribe(inboxSubjectOf('ServicerS'), { callback: (__, message) => message.respond(bytes) });
    await company.flush();
    const code = await codeOf(transport.send('nats://ServicerS', 'a.b.c'));
    expect(['bad-reply', 'unreachable', 'timeout']).toContain(code);
    await company.close();
    expect(await transport.send(ADDRESS, 'd.e.f')).toEqual(ACCEPTED);
  });
});
