// Whatever is sent to a company's API, the answer says what is wrong and what to do, and the company goes on.
import { PROBLEMS } from '@tacit/company';
import { A, agree, B, S, startTestNetwork, type TestNetwork } from './support';
import { casesOf, fill, type Case } from './bad-input/cases';
import { call, type HttpAnswer, type HttpCall } from './bad-input/http-call';
import { ROUTES } from './bad-input/routes';

jest.setTimeout(120_000);

const AT_ONCE = 8;

let network: TestNetwork;
const pids = new Map<string, number | undefined>();

beforeAll(async () => {
  network = await startTestNetwork();
  await agree(network);
  for (const company of [A, B, S]) pids.set(company, network.network.company(company).pid);
});

afterAll(async () => {
  await network.stop();
});

interface Problem {
  readonly code?: unknown;
  readonly status?: unknown;
  readonly next?: unknown;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string }[];
}

/**
 * What is wrong with an answer to a bad request; undefined: nothing.
 * @param field that is bad, and that the answer should name
 */
function fault({ status, headers, text }: HttpAnswer, field?: string): string | undefined {
  if (status < 400 || status >= 500) return `status ${status}: ${text.slice(0, 200)}`;
  if (headers['content-type'] !== 'application/problem+json; charset=utf-8') {
    return `type ${String(headers['content-type'])}: ${text.slice(0, 200)}`;
  }
  const problem = JSON.parse(text) as Problem;
  if (!Object.hasOwn(PROBLEMS, String(problem.code))) return `code ${String(problem.code)}`;
  if (problem.status !== status) return `status ${String(problem.status)} in the body of a ${status}`;
  if (typeof problem.next !== 'string' || problem.next === '') return 'no next step';
  if (problem.code === 'validation-failed' && field !== undefined) {
    const named = problem.errors?.some(({ path }) => path.split(/[.[]/, 1)[0] === field);
    if (named !== true && problem.detail?.includes(field) !== true)
      return `${field} is not named: ${text.slice(0, 300)}`;
  }
  if (text.length > 30_000) return `${text.length} characters of answer`;
  return undefined;
}

async function faultsOf(company: string, cases: readonly Case[]): Promise<string[]> {
  const { url } = network.network.company(company);
  const faults: string[] = [];
  const waiting = [...cases];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name, field } = next;
      const wrong = await call(url, next).then(
        (answer) => fault(answer, field),
        (error: unknown) => String(error),
      );
      if (wrong !== undefined) faults.push(`${name} → ${wrong}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return faults;
}

describe.each([A, B, S])('%s', (company) => {
  const routes = ROUTES[company] ?? {};

  const send = (request: HttpCall): Promise<HttpAnswer> =>
    call(network.network.company(company).url, request);

  it('has no operation that is missing here', async () => {
    const { paths } = await network
      .client(company)
      .get<{ paths: Record<string, Record<string, unknown>> }>('/docs-json');
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(operations.sort()).toEqual(Object.keys(routes).sort());
  });

  it.each(Object.entries(routes))('%s refuses what is wrong', async (operation, route) => {
    expect(await faultsOf(company, casesOf(operation, route))).toEqual([]);
  });

  it('takes no other method on any path', async () => {
    const templates = new Map<string, string[]>();
    for (const operation of Object.keys(routes)) {
      const [method = '', template = ''] = operation.split(' ');
      templates.set(template, [...(templates.get(template) ?? []), method]);
    }
    for (const [template, methods] of templates) {
      const path = fill(template, routes[`${methods[0] ?? ''} ${template}`]?.path ?? {});
      const others = ['DELETE', 'PATCH', 'PUT', 'POST', 'TRACE', 'PROPFIND'].filter(
        (method) => !methods.includes(method),
      );
      for (const method of others) {
        const answer = await send({ method, path });
        expect([path, method, fault(answer), answer.status]).toEqual([path, method, undefined, 405]);
        expect(String(answer.headers['allow']).split(', ')).toEqual(expect.arrayContaining(methods));
      }
      for (const method of ['HEAD', 'OPTIONS']) {
        const { status } = await send({ method, path });
        expect([path, method, status < 500]).toEqual([path, method, true]);
      }
    }
  });

  it('has nothing at paths that are not its own', async () => {
    const paths = [
      '/nothing',
      '/../../../etc/passwd',
      '/docs/../../../../etc/passwd',
      '/docs/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
      '/%00',
      '/%FF',
      '//health',
      '/HEALTH/..',
      '/.env',
      '/company.sqlite',
      '/__proto__',
      `/${'a/'.repeat(3_000)}`,
      '/?__proto__[x]=1',
    ];
    const cases = paths.map((path) => ({ name: path.slice(0, 60), method: 'GET', path }));
    expect(await faultsOf(company, cases)).toEqual([]);
  });

  it('runs on as if nothing had happened', async () => {
    expect(network.network.company(company).pid).toBe(pids.get(company));
    expect(await network.client(company).get('/health')).toMatchObject({
      status: 'ok',
      jobs: { queued: 0, dead: 0 },
    });
    expect(network.logs(company).filter((line) => line.includes('a request failed'))).toEqual([]);
  });
});

describe('a CSV import', () => {
  const HEADER = 'quantity,value,takenAt,lot';
  const ROW = 'moisture,0.45,2026-01-31T00:00:00.000Z,LOT-1';

  it.each([
    ['nothing', ''],
    ['a header alone', HEADER],
    ['no header', ROW],
    ['a column less', `quantity,value,takenAt\nmoisture,0.45,2026-01-31T00:00:00.000Z`],
    ['a column more', `${HEADER},more\n${ROW},x`],
    ['a column twice', `${HEADER},lot\n${ROW},x`],
    ['a column of another name', `${HEADER.replace('lot', '__proto__')}\n${ROW}`],
    ['a field less', `${HEADER}\nmoisture,0.45`],
    ['a field more', `${HEADER}\n${ROW},x`],
    ['an open quote', `${HEADER}\n"${ROW}`],
    ['NUL', `${HEADER}\n${ROW.replace('LOT', '\0')}`],
    ['a formula', `${HEADER}\n${ROW.replace('0.45', '=1+1')}`],
    ['digits of another script', `${HEADER}\n${ROW.replace('0.45', '٠.٤٥')}`],
    ['10,000 digits', `${HEADER}\n${ROW.replace('0.45', '9'.repeat(10_000))}`],
    ['a line of a megabyte', `${HEADER}\n${ROW}${'x'.repeat(1_000_000)}`],
    ['10,000 bad rows', `${HEADER}\n${`${ROW.replace('0.45', 'NaN')}\n`.repeat(10_000)}`],
    ['a row twice', `${HEADER}\n${ROW}\n${ROW}`],
    ['no UTF-8', Buffer.concat([Buffer.from(`${HEADER}\n${ROW}`), Buffer.from([0xff])])],
    ['more than 20 MiB', Buffer.alloc(20 * 1024 * 1024 + 1, 'x')],
  ])('of %s is refused and leaves nothing', async (_name, body) => {
    const headers = { 'content-type': 'text/csv' };
    const { url } = network.network.company(B);
    const answer = await call(url, { method: 'POST', path: '/readings/import', body, headers });
    const wrong = fault(answer);
    // Every bad row is named, so that answer may be long.
    expect(wrong === undefined || wrong.endsWith('characters of answer')).toBe(true);
    expect(await network.b.list('/readings')).toEqual([]);
  });
});
