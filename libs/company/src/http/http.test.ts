import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Body, Controller, Get, Module, NotFoundException, Param, Post, Query, Req } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { EncodingError } from '@tacit/core';
import { LedgerError } from '@tacit/ledger';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import type { Request } from 'express';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { createApplication } from '../bootstrap';
import type { Company } from '../company';
import { Database } from '../database';
import { eventually, TestNetwork } from '../network.fixture';
import { IdempotencyEntity } from './idempotency.entity';
import { PageQuery, readCursor, toPage, type Page } from './paging';
import { PROBLEMS, type ProblemCode } from './problem-codes';
import { ProblemException } from './problem';
import { Roles } from './roles';

@Entity('thing')
class Thing {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('text')
  label: string;
}

class PartDto {
  @IsInt()
  size: number;
}

class ThingDto {
  @IsString()
  @MaxLength(20)
  label: string;

  @IsOptional()
  @IsString()
  remark?: string;

  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PartDto)
  parts?: PartDto[];
}

const FAILURES: Readonly<Record<string, () => Error>> = {
  unexpected: () => new TypeError('Cannot read properties of undefined (reading secret)'),
  missing: () => new NotFoundException('Thing'),
  problem: () => new ProblemException('budget-exceeded', { detail: 'none left', next: 'Agree anew.' }),
  encoding: () => new EncodingError('bad-encoding', 'not base64url'),
  refused: () => new LedgerError('refused', 'one live request per pair', { contractCode: 'pair-busy' }),
  unavailable: () => new LedgerError('unavailable', 'no peer'),
};

let afterCommit: () => void = () => undefined;

@Controller('things')
class ThingsController {
  constructor(private readonly database: Database) {}

  @Post()
  async create(@Body() { label, ...rest }: ThingDto): Promise<object> {
    const { identifiers } = await this.database.transaction((em) => em.insert(Thing, { label }));
    afterCommit();
    return { ...identifiers[0], label, ...rest };
  }

  @Get()
  async list(@Query() query: PageQuery): Promise<Page<string>> {
    const [after] = readCursor(query, 'number') ?? [0];
    const rows = await this.database.read((em) =>
      em
        .createQueryBuilder(Thing, 'thing')
        .where('thing.id > :after', { after })
        .orderBy('thing.id')
        .limit(query.limit + 1)
        .getMany(),
    );
    return toPage(
      rows,
      query,
      ({ id }) => [id],
      ({ label }) => label,
    );
  }

  @Get('fail/:how')
  fail(@Param('how') how: string): never {
    throw FAILURES[how]?.() ?? new ProblemException('not-found');
  }

  @Get('audit')
  @Roles('auditor')
  audit(): string {
    return 'for auditors';
  }

  @Post('import')
  import(@Req() request: Request): object {
    const body: unknown = request.body;
    return { kind: typeof body, size: JSON.stringify(body).length };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

describe('the HTTP side of a company', () => {
  let network: TestNetwork;
  let company: Company;
  let app: NestExpressApplication;
  let port: number;

  const call = (
    method: string,
    path: string,
    body?: string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
      const sent = httpRequest({ port, method, path, headers: { ...type, ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = /json/.test(response.headers['content-type'] ?? '') && text !== '';
          const json = isJson ? (JSON.parse(text) as Answer['json']) : {};
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const post = (body: unknown, headers?: Record<string, string>): Promise<Answer> =>
    call('POST', '/things', JSON.stringify(body), headers);
  const things = (): Promise<number> => company.database.read((em) => em.count(Thing));
  const expectProblem = (answer: Answer, code: ProblemCode): void => {
    expect(answer.json).toMatchObject({ code, status: PROBLEMS[code].status });
    expect(answer.status).toBe(PROBLEMS[code].status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const { title, detail, next, instance, requestId } = answer.json;
    for (const text of [title, detail, next, instance]) expect(text).toMatch(/./);
    expect(requestId).toBe(answer.headers['x-request-id']);
    expect(answer.text).not.toMatch(/stack|node_modules|\.ts:/);
  };

  beforeAll(async () => {
    network = new TestNetwork({ quality: ['ManufacturerA', 'ManufacturerB'] });
    company = await network.open('ManufacturerA', 'evaluator', [Thing]);
    app = await createApplication(company, ThingsModule, {
      title: 'Things',
      description: 'For tests.',
      party: 'evaluator',
      entities: [],
      importPaths: ['/things/import'],
    });
    await app.init();
    await company.start();
    await eventually(() => company.membership.isRegistered('quality'));
    await app.listen(0, '127.0.0.1');
    ({ port } = app.getHttpServer().address() as AddressInfo);
  });
  afterAll(async () => {
    await app.close();
    await network.close();
  });

  it('answers a good request', async () => {
    const answer = await post({ label: 'x', parts: [{ size: 1 }] });
    expect([answer.status, answer.json]).toMatchObject([201, { label: 'x', parts: [{ size: 1 }] }]);
    expect(answer.json).not.toHaveProperty('remark');
    expect((await call('HEAD', '/things')).status).toBe(200);
  });

  const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
  const json = (text: string): [string, string, string] => ['POST', '/things', text];
  type Refused = [
    string,
    ProblemCode,
    [string, string, (string | Buffer | undefined)?, Record<string, string>?],
  ];
  const refused: readonly Refused[] = [
    ['an unknown path', 'not-found', ['GET', '/nothing']],
    ['a known path with another method', 'method-not-allowed', ['DELETE', '/things']],
    ['a path that is not UTF-8', 'bad-request', ['GET', '/partners/%ff']],
    ['a path with a broken escape', 'bad-request', ['GET', '/partners/%']],
    ['no JSON', 'bad-request', json('{"label":')],
    ['JSON that is a number', 'bad-request', json('5')],
    [
      'JSON in another encoding than UTF-8',
      'bad-request',
      ['POST', '/things', Buffer.from('{"label":"\xff"}', 'latin1')],
    ],
    [
      'an unknown charset',
      'unsupported-media-type',
      ['POST', '/things', '{}', { 'content-type': 'application/json; charset=x' }],
    ],
    [
      'an unknown content encoding',
      'unsupported-media-type',
      ['POST', '/things', '{}', { 'content-encoding': 'x' }],
    ],
    ['a broken gzip body', 'bad-request', ['POST', '/things', 'x', { 'content-encoding': 'gzip' }]],
    [
      'a form',
      'unsupported-media-type',
      ['POST', '/things', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }],
    ],
    [
      'CSV where no import is',
      'unsupported-media-type',
      ['POST', '/things', 'a', { 'content-type': 'text/csv' }],
    ],
    [
      'XML',
      'unsupported-media-type',
      ['POST', '/things/import', '<a/>', { 'content-type': 'application/xml' }],
    ],
    ['a body over 1 MiB', 'payload-too-large', json(`{"label":"${'x'.repeat(1024 * 1024)}"}`)],
    [
      'an import over 20 MiB',
      'payload-too-large',
      ['POST', '/things/import', 'x'.repeat(21e6), { 'content-type': 'text/csv' }],
    ],
    ['JSON nested 33 deep', 'bad-request', json(deep(33))],
    ['JSON nested 200,000 deep', 'bad-request', json(deep(200_000))],
    ['no body', 'validation-failed', ['POST', '/things']],
    ['an empty object', 'validation-failed', json('{}')],
    ['an array', 'validation-failed', json('[]')],
    ['a wrong type', 'validation-failed', json('{"label":5}')],
    ['a null', 'validation-failed', json('{"label":null}')],
    ['an object for a text', 'validation-failed', json('{"label":{"length":1}}')],
    ['too long a text', 'validation-failed', json(`{"label":"${'x'.repeat(21)}"}`)],
    ['an unknown field', 'validation-failed', json('{"label":"x","admin":true}')],
    ['an unknown nested field', 'validation-failed', json('{"label":"x","parts":[{"size":1,"__type":"x"}]}')],
    ['a number beyond doubles', 'validation-failed', json('{"label":"x","parts":[{"size":1e999}]}')],
    ['an object for a list', 'validation-failed', json('{"label":"x","parts":{"length":1e9}}')],
    ['a limit of 0', 'validation-failed', ['GET', '/things?limit=0']],
    ['a limit of 201', 'validation-failed', ['GET', '/things?limit=201']],
    ['a limit twice', 'validation-failed', ['GET', '/things?limit=1&limit=2']],
    ['a limit in words', 'validation-failed', ['GET', '/things?limit=all']],
    ['an unknown query parameter', 'validation-failed', ['GET', '/things?x=1']],
    ['a nested query parameter', 'validation-failed', ['GET', '/things?cursor[a]=1']],
    ['a foreign cursor', 'validation-failed', ['GET', '/things?cursor=WyJ4Il0']],
    ['a cursor of no JSON', 'validation-failed', ['GET', '/things?cursor=AAAA']],
    [
      'an empty idempotency key',
      'bad-request',
      ['POST', '/things', '{"label":"x"}', { 'idempotency-key': ' ' }],
    ],
    [
      'an endless idempotency key',
      'bad-request',
      ['POST', '/things', '{"label":"x"}', { 'idempotency-key': 'k'.repeat(256) }],
    ],
    [
      'a Host of another name (DNS rebinding)',
      'forbidden',
      ['GET', '/things', undefined, { host: 'evil.example' }],
    ],
    [
      'a Host that only begins well',
      'forbidden',
      ['GET', '/health', undefined, { host: 'localhost.evil.example:1' }],
    ],
    [
      'the documentation under another name',
      'forbidden',
      ['GET', '/docs-json', undefined, { host: 'evil.example' }],
    ],
    [
      'a write from a foreign page',
      'forbidden',
      ['POST', '/things', '{"label":"x"}', { origin: 'http://evil.example' }],
    ],
    ['a write from a sandboxed page', 'forbidden', ['POST', '/things', '{"label":"x"}', { origin: 'null' }]],
    [
      'a write from another port',
      'forbidden',
      ['POST', '/things', '{"label":"x"}', { origin: 'http://localhost:1' }],
    ],
    ['a role that the caller has not', 'forbidden', ['GET', '/things/audit']],
    ['a Nest exception', 'not-found', ['GET', '/things/fail/missing']],
    ['a problem', 'budget-exceeded', ['GET', '/things/fail/problem']],
    ['a wrong encoding', 'bad-request', ['GET', '/things/fail/encoding']],
    ['a contract’s refusal', 'ledger-refused', ['GET', '/things/fail/refused']],
    ['a silent ledger', 'ledger-unavailable', ['GET', '/things/fail/unavailable']],
    ['a mistake of ours', 'internal', ['GET', '/things/fail/unexpected']],
    ['an unknown dead letter', 'not-found', ['POST', '/dead-letters/1/retry']],
    ['a dead letter that is no number', 'not-found', ['POST', '/dead-letters/1e5x/retry']],
    ['a dead letter beyond integers', 'not-found', ['POST', '/dead-letters/99999999999999999999/retry']],
    ['an unknown partner', 'unknown-partner', ['GET', '/partners/Nobody']],
    [
      'a partner on no channel',
      'unknown-channel',
      [
        'POST',
        '/partners',
        '{"company":"ManufacturerB","displayName":"B","inbox":"tcp://127.0.0.1:1","channels":{"xor":"xor"}}',
      ],
    ],
    [
      'oneself as a partner',
      'unknown-channel',
      [
        'POST',
        '/partners',
        '{"company":"ManufacturerA","displayName":"A","inbox":"tcp://127.0.0.1:1","channels":{}}',
      ],
    ],
  ];
  it.each(refused)('refuses %s as %s', async (_name, code, [method, path, body, headers]) => {
    const before = await things();
    expectProblem(await call(method, path, body, headers), code);
    expect(await things()).toBe(before);
  });

  it('names the methods of a path, the fields of a body and the contract’s code', async () => {
    expect((await call('DELETE', '/things')).headers['allow']).toBe('GET, POST');
    const { json: problem } = await post({ label: 1, parts: [{ size: 1 }, { size: 'x' }], more: 1 });
    const paths = (problem['errors'] as { path: string }[]).map(({ path }) => path);
    expect(paths.sort()).toEqual(['label', 'more', 'parts[1].size']);
    expect((await call('GET', '/things/fail/refused')).json).toMatchObject({
      detail: 'one live request per pair',
      errors: [{ message: 'pair-busy' }],
    });
    expect((await call('GET', '/things/fail/unexpected')).text).not.toContain('secret');
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('lets in who calls %s', async (name) => {
    const host = `${name}:${port}`;
    expect((await call('GET', '/things', undefined, { host })).status).toBe(200);
    expect((await post({ label: 'own' }, { host, origin: `http://${host}` })).status).toBe(201);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['an endless head', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ])('answers %s as a bad request', async (_name, bytes) => {
    const text = await new Promise<string>((resolve, reject) => {
      const chunks: Buffer[] = [];
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('close', () => {
        resolve(Buffer.concat(chunks).toString());
      });
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"code":"bad-request"/);
  });

  it('keeps prototypes clean', async () => {
    await call('POST', '/things', '{"label":"x","__proto__":{"polluted":1}}');
    await call('POST', '/things', '{"label":"x","constructor":{"prototype":{"polluted":1}}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes imports as CSV and as large JSON', async () => {
    const csv = await call('POST', '/things/import', 'a,b\n1,2\n', {
      'content-type': 'text/csv; charset=utf-8',
    });
    expect(csv.json).toMatchObject({ kind: 'string' });
    const large = await call('POST', '/things/import', JSON.stringify({ text: 'x'.repeat(2 * 1024 * 1024) }));
    expect(large.json).toMatchObject({ kind: 'object', size: 2 * 1024 * 1024 + 11 });
  });

  it('pages through a list without gaps or repetitions', async () => {
    const all = (await call('GET', '/things?limit=200')).json['items'] as string[];
    const seen: string[] = [];
    let cursor = '';
    do {
      const { json: page } = await call('GET', `/things?limit=2${cursor}`);
      seen.push(...(page['items'] as string[]));
      cursor = page['next'] === null ? '' : `&cursor=${page['next'] as string}`;
    } while (cursor !== '');
    expect(all.length).toBeGreaterThan(4);
    expect(seen).toEqual(all);
  });

  describe('with an Idempotency-Key', () => {
    const keyed = (key: string, label: string): Promise<Answer> =>
      post({ label }, { 'idempotency-key': key });

    it('has one effect and one answer', async () => {
      const before = await things();
      const first = await keyed('one', 'a');
      const second = await keyed('one', 'a');
      expect([second.status, second.text]).toEqual([201, first.text]);
      expect(second.headers['idempotency-replayed']).toBe('true');
      expect(await things()).toBe(before + 1);
    });

    it('refuses another request', async () => {
      await keyed('two', 'a');
      expectProblem(await keyed('two', 'b'), 'idempotency-mismatch');
    });

    it('lets one of many at once take effect', async () => {
      const before = await things();
      const answers = await Promise.all(Array.from({ length: 5 }, () => keyed('three', 'a')));
      expect(await things()).toBe(before + 1);
      for (const answer of answers) expect([201, 409]).toContain(answer.status);
      expect(answers.some(({ status }) => status === 201)).toBe(true);
    });

    it('keeps no refused request, so that it can be corrected', async () => {
      expectProblem(await keyed('four', 'x'.repeat(21)), 'validation-failed');
      expect((await keyed('four', 'x')).status).toBe(201);
    });

    it('has no second effect when the process died before it knew the answer', async () => {
      const before = await things();
      afterCommit = () => {
        throw new Error('dies here');
      };
      expectProblem(await keyed('five', 'a'), 'internal');
      afterCommit = () => undefined;
      expect(await things()).toBe(before + 1);
      const again = await keyed('five', 'a');
      expectProblem(again, 'conflict');
      expect(again.json['detail']).toContain('took effect');
      expect(await things()).toBe(before + 1);
    });

    it('works again what died before it had an effect', async () => {
      const done = await keyed('six', 'a');
      const row = await company.database.read((em) => em.findOneByOrFail(IdempotencyEntity, { key: 'six' }));
      expect(row.state).toBe('answered');
      await company.database.transaction((em) =>
        em.update(IdempotencyEntity, { key: 'six' }, { state: 'started', body: null, status: null }),
      );
      expect((await keyed('six', 'a')).json['id']).not.toBe(done.json['id']);
    });
  });

  it('documents itself, with every problem code', async () => {
    const { json: document } = await call('GET', '/docs-json');
    const paths = Object.keys(document['paths'] as object).sort();
    expect(paths).toEqual(
      expect.arrayContaining(['/dead-letters', '/health', '/metrics', '/partners', '/things']),
    );
    const schemas = (
      document['components'] as { schemas: Record<string, { properties: { code: { enum: string[] } } }> }
    ).schemas;
    expect(schemas['ProblemDetails']?.properties.code.enum).toEqual(Object.keys(PROBLEMS));
    expect((await call('GET', '/docs')).text).toContain('<title>Things</title>');
  });

  it('says how it is and what it counted', async () => {
    expect((await call('GET', '/health')).json).toMatchObject({
      status: 'ok',
      company: 'ManufacturerA',
      jobs: { queued: 0, running: 0, dead: 0 },
      waitingFor: [],
    });
    const { text } = await call('GET', '/metrics');
    expect(text).toMatch(
      /tacit_http_request_seconds_count\{method="POST",route="\/things",status="201"\} [1-9]/,
    );
    expect(text).toContain('route="unmatched"');
    expect(text).not.toContain('/nothing');
  });
});
