import type { HttpCall } from './http-call';
import type { Kind } from './kinds';
import type { Route } from './routes';

export interface Case extends HttpCall {
  readonly name: string;
  /** The one field that is bad. */
  readonly field?: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const MEBIBYTE = 1024 * 1024;

/** Parts of a path that name nothing, or that no path may have. */
const HOSTILE_PARTS = [
  '..%2F..%2F..%2Fetc%2Fpasswd',
  '%2e%2e%2f',
  '%27%20OR%201%3D1%3B--',
  '%00',
  '%FF',
  '%',
  '%ED%A0%80',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '-1',
  '1e309',
  '9'.repeat(400),
  'x'.repeat(4_000),
  '%F0%9F%92%A9',
  '%D9%A3',
];

const BODIES: readonly (readonly [string, Buffer | string])[] = [
  ['half an object', '{"a":'],
  ['a comma too many', '{"a":1,}'],
  ['single quotes', "{'a':1}"],
  ['a comment', '{"a":1}//'],
  ['two values', '{}{}'],
  ['NaN', '{"a":NaN}'],
  ['Infinity', '{"a":-Infinity}'],
  ['hexadecimal', '{"a":0x10}'],
  ['undefined', 'undefined'],
  ['a lone surrogate as bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
  ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
  ['NUL', '\0'],
  ['33 levels', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`],
  ['100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
];
const NO_OBJECTS = ['null', '[]', '[[]]', '7', '"text"', 'true', '1e309', '[{}]', ''];
const TYPES: readonly (string | undefined)[] = [
  undefined,
  'text/plain',
  'text/html',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'application/json; charset=utf-16',
  'application/json; charset=nonsense',
  'nonsense',
];
const KEYS = ['', 'with space', 'x'.repeat(256), 'café', '\u0001x'.slice(1).padEnd(300, 'y')];

export function casesOf(operation: string, route: Route): Case[] {
  const [method = '', template = ''] = operation.split(' ');
  const writes = method !== 'GET';
  const path = fill(template, route.path ?? {});
  return [
    ...pathCases(method, template, route),
    ...queryCases(method, path, route),
    ...(writes ? bodyCases(method, path, route) : []),
    ...headerCases(method, path, route),
  ];
}

function pathCases(method: string, template: string, { path = {}, free, body }: Route): Case[] {
  const content = body === undefined ? {} : { body: JSON.stringify(good(body)), headers: JSON_TYPE };
  const parts = free ? HOSTILE_PARTS.filter((part) => /^(%|%FF|%ED%A0%80)$/.test(part)) : HOSTILE_PARTS;
  return Object.keys(path).flatMap((name) =>
    parts.map((part) => ({
      name: `${name} is ${short(part)}`,
      method,
      path: fill(template, { ...path, [name]: part }),
      ...content,
    })),
  );
}

function queryCases(method: string, path: string, { query, body }: Route): Case[] {
  if (query === undefined) return [];
  const content = body === undefined ? {} : { body: JSON.stringify(good(body)), headers: JSON_TYPE };
  const queries = [
    'surplus=1',
    '__proto__=1',
    '__proto__[limit]=1',
    'constructor[prototype][x]=1',
    ...Object.entries(query).flatMap(([name, values]) => [
      ...values.map((value) => `${name}=${value.startsWith('%') ? value : encodeURIComponent(value)}`),
      `${name}=a&${name}=b`,
      `${name}[]=1`,
      `${name}[a]=1`,
    ]),
  ];
  return queries.map((text) => ({ name: `?${short(text)}`, method, path: `${path}?${text}`, ...content }));
}

function bodyCases(method: string, path: string, { body }: Route): Case[] {
  const json = (name: string, content: Buffer | string, headers: HttpCall['headers'] = JSON_TYPE): Case => ({
    name,
    method,
    path,
    body: content,
    headers,
  });
  const raw = BODIES.map(([name, content]) => json(name, content));
  const text = JSON.stringify(body === undefined ? { a: 1 } : good(body));
  const others = [
    ...TYPES.map((type) =>
      json(`type ${type ?? 'none'}`, text, type === undefined ? {} : { 'content-type': type }),
    ),
    json('gzip that is none', text, { ...JSON_TYPE, 'content-encoding': 'gzip' }),
    json('an unknown encoding', text, { ...JSON_TYPE, 'content-encoding': 'zstd-9' }),
  ];
  const isImport = path.endsWith('/import');
  if (!isImport) others.push(json('more than 1 MiB', `{"a":"${'x'.repeat(MEBIBYTE)}"}`));
  if (body === undefined) return [...raw, ...others];

  const whole = good(body);
  const with_ = (name: string, changed: unknown): Case => json(name, JSON.stringify(changed));
  const isRequired = Object.values(body).some((kind) => kind.optional !== true);
  return [
    ...raw,
    ...others,
    ...NO_OBJECTS.filter((content) => isRequired || content !== '').map((content) =>
      json(`the body is ${content === '' ? 'empty' : content}`, content),
    ),
    with_('a surplus field', { ...whole, surplus: 1 }),
    json('a prototype', text.replace('{', '{"__proto__":{"admin":true},')),
    json('a constructor', text.replace('{', '{"constructor":{"prototype":{"admin":true}},')),
    ...(isRequired ? [with_('nothing', {})] : []),
    ...Object.entries(body).flatMap(([field, kind]) =>
      [
        ...kind.bad.map((bad) =>
          with_(`${field}: ${short(JSON.stringify(bad))}`, { ...whole, [field]: bad }),
        ),
        // A number that JSON allows and that is too large for one.
        json(
          `${field}: 1e309`,
          JSON.stringify({ ...whole, [field]: 0 }).replace(`"${field}":0`, `"${field}":1e309`),
        ),
        ...(kind.optional === true ? [] : [with_(`no ${field}`, without(whole, field))]),
      ].map((each) => ({ ...each, field })),
    ),
  ];
}

function headerCases(method: string, path: string, { body }: Route): Case[] {
  const content = body === undefined ? {} : { body: JSON.stringify(good(body)) };
  const sent = (name: string, headers: NonNullable<HttpCall['headers']>): Case => ({
    name,
    method,
    path,
    ...content,
    headers: { ...(body === undefined ? {} : JSON_TYPE), ...headers },
  });
  const hosts = [
    'attacker.example',
    '127.0.0.1.attacker.example',
    'localhost.attacker.example:80',
    '0.0.0.0',
    '[::]',
  ];
  const origins = ['http://attacker.example', 'null', 'https://127.0.0.1', 'http://localhost:1'];
  return [
    ...hosts.map((host) => sent(`Host ${host}`, { host })),
    ...(method === 'GET' ? [] : origins.map((origin) => sent(`Origin ${origin}`, { origin }))),
    ...(method === 'GET'
      ? []
      : KEYS.map((key) =>
          sent(`Idempotency-Key ${short(key)}`, { 'idempotency-key': Buffer.from(key).toString('latin1') }),
        )),
  ];
}

export function fill(template: string, path: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => path[name] ?? '');
}

function good(body: Readonly<Record<string, Kind>>): Record<string, unknown> {
  const needed = Object.entries(body).filter(([, kind]) => kind.optional !== true);
  return Object.fromEntries(needed.map(([field, kind]) => [field, kind.good]));
}

function without(whole: Readonly<Record<string, unknown>>, field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== field));
}

function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 40)}… (${text.length})`;
}
