import { Controller, Logger, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  ACCEPTED,
  INBOX_SUBJECT,
  MAX_MESSAGE_BYTES,
  REFUSAL,
  TcpTransport,
  tcpServerOptions,
  TransportByScheme,
  TransportError,
} from './index';

const TIMEOUT_MS = 2_000;
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

async function startInbox(port: number): Promise<INestApplication> {
  const app = await NestFactory.create(TestModule);
  app.connectMicroservice(tcpServerOptions('127.0.0.1', port));
  await app.startAllMicroservices();
  return app;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function errorOf(sending: Promise<unknown>): Promise<TransportError> {
  const outcome = await sending.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof TransportError) return outcome;
  throw new Error('sent without a TransportError', { cause: outcome });
}

/** From now on the inbox never replies; resolves when the next message has reached it. */
function unansweredArrival(): Promise<void> {
  return new Promise((resolve) => {
    reply = () => {
      resolve();
      return new Promise(() => undefined);
    };
  });
}

let port: number;
let address: string;
let inbox: INestApplication;
let transport: TransportByScheme;

jest.setTimeout(30_000);

beforeAll(async () => {
  Logger.overrideLogger(false);
  port = await freePort();
  address = `tcp://127.0.0.1:${port}`;
  inbox = await startInbox(port);
});

beforeEach(() => {
  received.length = 0;
  reply = () => ACCEPTED;
  transport = new TransportByScheme({ tcp: new TcpTransport(TIMEOUT_MS) });
});

afterEach(() => transport.close());
afterAll(() => inbox.close());

describe('messages over TCP', () => {
  it('arrive and are acknowledged', async () => {
    expect(await transport.send(address, 'a.b.c')).toEqual({ status: 'accepted' });
    reply = () => REFUSAL;
    expect(await transport.send(address, 'd.e.f')).toEqual({ status: 'refused', code: 'request-refused' });
    expect(received).toEqual(['a.b.c', 'd.e.f']);
  });

  it('arrive at the largest size, twenty at once over one connection', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => String.fromCharCode(65 + i).repeat(MAX_MESSAGE_BYTES));
    await Promise.all(texts.map((text) => transport.send(address, text)));
    expect(new Set(received)).toEqual(new Set(texts));
  });

  it('are not sent when they are too large', async () => {
    const error = await errorOf(transport.send(address, 'x'.repeat(MAX_MESSAGE_BYTES + 1)));
    expect(error.code).toBe('too-large');
    expect(received).toEqual([]);
  });

  it.each([
    '',
    'localhost:3001',
    'nats://127.0.0.1:4222',
    'http://127.0.0.1:80',
    '__proto__://127.0.0.1:1',
    'tcp://',
    'tcp://127.0.0.1',
    'tcp://127.0.0.1:0',
    'tcp://127.0.0.1:65536',
    'tcp://127.0.0.1:1/path',
    'tcp://user@127.0.0.1:1',
    'tcp://a b:1',
  ])('are not sent to the address %j', async (wrong) => {
    expect((await errorOf(transport.send(wrong, 'a.b.c'))).code).toBe('bad-address');
  });

  it('are not sent once the transport is closed', async () => {
    await transport.send(address, 'a.b.c');
    await transport.close();
    expect((await errorOf(transport.send(address, 'a.b.c'))).code).toBe('closed');
  });
});

describe('a company that is away', () => {
  it('cannot be reached, and is reached when it is back', async () => {
    await transport.send(address, 'before');
    await inbox.close();
    for (let i = 0; i < 3; i++) {
      expect((await errorOf(transport.send(address, 'meanwhile'))).code).toBe('unreachable');
    }
    inbox = await startInbox(port);
    expect(await transport.send(address, 'after')).toEqual(ACCEPTED);
    expect(received).toEqual(['before', 'after']);
  });

  it('that goes in the middle of a message leaves nobody waiting', async () => {
    const arrival = unansweredArrival();
    const patient = new TcpTransport(60_000);
    const sending = errorOf(patient.send(address, 'a.b.c'));
    await arrival;
    await inbox.close();
    expect((await sending).code).toBe('unreachable');
    await patient.close();
    inbox = await startInbox(port);
  });

  it('that accepts connections and says nothing is given up on, and asked anew over another', async () => {
    const connections: Socket[] = [];
    const silent = createServer((socket) => connections.push(socket.resume()));
    const hasty = new TcpTransport(100);
    const where = `tcp://127.0.0.1:${await listen(silent)}`;
    expect((await errorOf(hasty.send(where, 'a.b.c'))).code).toBe('timeout');
    expect((await errorOf(hasty.send(where, 'a.b.c'))).code).toBe('timeout');
    expect(connections).toHaveLength(2);
    await hasty.close();
    silent.close();
    await once(silent, 'close');
  });

  it('fails what is under way when the transport is closed', async () => {
    const arrival = unansweredArrival();
    const sending = errorOf(transport.send(address, 'a.b.c'));
    await arrival;
    await transport.close();
    expect((await sending).code).toBe('unreachable');
  });
});

describe('a hostile inbox', () => {
  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['null', () => null],
    ['a text', () => 'accepted'],
    ['another status', () => ({ status: 'maybe' })],
    ['a refusal with a reason', () => ({ ...REFUSAL, reason: 'z differs' })],
    ['an acceptance with an answer', () => ({ ...ACCEPTED, answer: 6 })],
    [
      'an exception',
      () => {
        throw new Error('the database is away');
      },
    ],
  ])('that replies %s is not believed', async (_, wrong) => {
    reply = wrong;
    expect((await errorOf(transport.send(address, 'a.b.c'))).code).toBe('bad-reply');
  });

  it.each<[string, string | Buffer]>([
    ['no frame', 'HTTP/1.1 400 Bad Request\r\n\r\n#'],
    ['no JSON', '5#hello'],
    ['a number', '1#5'],
    ['a text', '4#"ab"'],
    ['a list', '2#[]'],
    ['null', '4#null'],
    ['an endless frame', Buffer.concat([Buffer.from('99999999999#'), Buffer.alloc(3_000_000, 0x20)])],
  ])('that writes %s costs an error and no more', async (_, bytes) => {
    const hostile = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.write(bytes));
    });
    const hasty = new TcpTransport(300);
    const where = `tcp://127.0.0.1:${await listen(hostile)}`;
    expect(['unreachable', 'timeout']).toContain((await errorOf(hasty.send(where, 'a.b.c'))).code);
    await hasty.close();
    hostile.close();
    await once(hostile, 'close');
    expect(await transport.send(address, 'a.b.c')).toEqual(ACCEPTED);
  });
});

describe('hostile bytes to an inbox', () => {
  const frame = (packet: unknown): string => {
    const json = JSON.stringify(packet);
    return `${json.length}#${json}`;
  };
  const deep = '['.repeat(200_000) + ']'.repeat(200_000);

  /** Writes, then waits until the inbox cuts the connection. */
  async function writeUntilCut(bytes: string | Buffer): Promise<void> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await once(socket, 'connect');
    socket.write(bytes);
    await closed;
  }

  it.each<[string, string | Buffer]>([
    ['random bytes', Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 7919) % 251))],
    ['a letter for a length', 'x#{}'],
    ['a length without end', '1'.repeat(3_000_000)],
    ['a huge length', Buffer.concat([Buffer.from('99999999999#'), Buffer.alloc(3_000_000, 0x61)])],
    [
      'a length beyond numbers',
      Buffer.concat([Buffer.from(`1${'0'.repeat(400)}#`), Buffer.alloc(3_000_000, 0x61)]),
    ],
    ['a negative length', '-5#{"a"}'],
    ['ten megabytes', frame({ pattern: INBOX_SUBJECT, id: '1', data: 'x'.repeat(10_000_000) })],
    ['no JSON', '5#hello'],
    ['HTTP', 'GET /#/ HTTP/1.1\r\nHost: b\r\n\r\n'],
    ['a TLS greeting', Buffer.from('\x16\x03\x01\x02\x00\x01\x00#', 'latin1')],
  ])('%s end the connection and nothing else', async (_, bytes) => {
    await writeUntilCut(bytes);
    expect(received).toEqual([]);
    expect(await transport.send(address, 'a.b.c')).toEqual(ACCEPTED);
  });

  it.each<[string, string | Buffer]>([
    ['half a frame', '1000#{"pattern":'],
    ['half of an emoji', Buffer.from([0x31, 0x23, 0xf0, 0x9f])],
    ['a number', '1#5'],
    ['null', '4#null'],
    ['a text', '4#"ab"'],
    ['another pattern', frame({ pattern: 'tacit.admin', id: '1', data: 'a.b.c' })],
    ['a pattern that nests without end', `${deep.length + 32}#{"id":"1","data":"","pattern":${deep} }`],
    ['a pattern __proto__', frame({ pattern: '__proto__', id: '1', data: 'a.b.c' })],
    ['an event, which nobody acknowledges', frame({ pattern: INBOX_SUBJECT, data: 'a.b.c' })],
    ['data that is no text', frame({ pattern: INBOX_SUBJECT, id: '1', data: { jws: 'a.b.c' } })],
    ['a long id', frame({ pattern: INBOX_SUBJECT, id: 'x'.repeat(1_000), data: 'a.b.c' })],
    ['an id that is no text', frame({ pattern: INBOX_SUBJECT, id: { a: 1 }, data: 'a.b.c' })],
    ['a further member', frame({ pattern: INBOX_SUBJECT, id: '1', data: 'a.b.c', isDisposed: true })],
  ])('%s never reach the handler', async (_, bytes) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(bytes);
    expect(await transport.send(address, 'a.b.c')).toEqual(ACCEPTED);
    socket.destroy();
    expect(await transport.send(address, 'd.e.f')).toEqual(ACCEPTED);
    expect(received).toEqual(['a.b.c', 'd.e.f']);
  });
});
