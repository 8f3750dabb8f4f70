import {
  address,
  bytes32,
  choice,
  company,
  decimal,
  flag,
  identifier,
  integer,
  listOf,
  moment,
  name,
  object,
  optional,
  type Kind,
} from './kinds';

export interface Route {
  /** Good values for the parts of the path: they have the right form, and nothing is there by this name. */
  readonly path?: Readonly<Record<string, string>>;
  /** Any text at all may stand in this part of the path. */
  readonly free?: true;
  readonly query?: Readonly<Record<string, readonly string[]>>;
  readonly body?: Readonly<Record<string, Kind>>;
}

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const NOBODY = 'ManufacturerX';
const TAKEN_AT = '2020-01-31T00:00:00.000Z';

const cursors = [
  '',
  '!',
  '%00',
  'AAAA',
  'x'.repeat(501),
  ...[
    'null',
    '{}',
    '[]',
    '[null]',
    '[{}]',
    '[[]]',
    '[1e400]',
    '[1,2,3,4,5]',
    '["a","b","c","d"]',
    '[1.5]',
    '[true]',
  ].map((json) => Buffer.from(json).toString('base64url')),
];
const limits = [
  '',
  '0',
  '-1',
  '201',
  '1.5',
  'abc',
  'NaN',
  'Infinity',
  '1e309',
  '٣',
  '９',
  'null',
  '9'.repeat(1_000),
];
const page = { limit: limits, cursor: cursors };

const PARTNER_FIELDS = {
  company: company('ManufacturerX'),
  displayName: name('Manufacturer X'),
  inbox: address('tcp://127.0.0.1:4009'),
  channels: object({ quality: 'quality' }, [
    { quality: 7 },
    { quality: null },
    { quality: '' },
    { quality: '../xor' },
    { quality: 'nowhere' },
    { quality: 'xor' },
    { other: 'quality' },
    { quality: 'x'.repeat(10_000) },
    { __proto__: { quality: 'quality' }, constructor: 'quality' },
  ]),
};

/** What every company's API has. */
const KIT: Readonly<Record<string, Route>> = {
  'GET /health': {},
  'GET /metrics': {},
  'GET /dead-letters': { query: page },
  'POST /dead-letters/{id}/retry': { path: { id: '4711' } },
  'GET /partners': { query: page },
  'POST /partners': { body: PARTNER_FIELDS },
  'GET /partners/{company}': { path: { company: NOBODY } },
};

const states = ['', 'other', '__proto__', 'x'.repeat(1_000), '%00'];
const ids = ['', 'x', '%00', 'A'.repeat(23), 'x'.repeat(1_000)];
const times = ['', 'yesterday', '2026-02-30T00:00:00.000Z', 'NaN', '9'.repeat(100), '%00'];
const companies = ['', '7up', '../x', 'x'.repeat(1_000), '%00'];
const quantities = ['', 'x'.repeat(1_000)];

const A_ROUTES: Readonly<Record<string, Route>> = {
  ...KIT,
  'GET /agreements': { query: page },
  'GET /agreements/{id}': { path: { id: ID } },
  'POST /agreements/{id}/accept': { path: { id: ID } },
  'POST /agreements/{id}/decline': { path: { id: ID }, body: { reason: name('Too small a budget.') } },
  'GET /pairs': { query: { ...page, agreement: ids } },
  'PUT /partners/{company}/customer-credential': {
    path: { company: NOBODY },
    body: { credential: bytes32 },
  },
  'POST /comparisons': { body: { pairIds: listOf(identifier(), 100), force: optional(flag) } },
  'POST /comparisons/forecast': { body: { pairIds: listOf(identifier(), 100) } },
  'GET /comparisons': { query: { ...page, state: states, agreement: ids } },
  'GET /comparisons/{id}': { path: { id: ID } },
  'POST /comparisons/{id}/retry': { path: { id: ID }, body: { force: optional(flag) } },
  'GET /changes': { query: { quantity: quantities, keyHolder: companies } },
  'POST /alerts': {
    body: {
      quantity: name('moisture'),
      limit: decimal('0.10'),
      direction: optional(choice('any')),
    },
  },
  'GET /alerts': { query: page },
  'GET /sensors': { query: page },
  'GET /sensors/{sensor}/readings': { path: { sensor: 'nothing' }, free: true, query: page },
  'POST /sensors/{sensor}/readings': {
    path: { sensor: 'dehumidifier' },
    free: true,
    body: { value: decimal('1.38'), unit: name('kg/h'), takenAt: moment(TAKEN_AT) },
  },
};

const ENCODING = {
  unit: name('g/cm²'),
  scale: integer(2, 0, 18),
  offset: optional({
    good: '0',
    bad: [...decimal('0').bad, '0.5', '1'.repeat(21)],
  }),
  bits: optional(choice(32)),
  measure: optional(choice('magnitude')),
};

const READING = {
  quantity: name('moisture'),
  value: decimal('0.45'),
  takenAt: moment(TAKEN_AT),
  lot: name('LOT-1'),
};

const good = (fields: Readonly<Record<string, Kind>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([field, kind]) => [field, kind.good]));

const B_ROUTES: Readonly<Record<string, Route>> = {
  ...KIT,
  'POST /agreements': {
    body: {
      ...ENCODING,
      evaluator: company('ManufacturerA'),
      servicer: company('ServicerS'),
      quantity: name('moisture'),
      profile: optional(choice('paillier-3072')),
      answerBudget: integer(10, 1, 100_000),
      expiresAt: moment('2030-01-31T00:00:00.000Z'),
      supersedes: { ...identifier(), optional: true },
    },
  },
  'POST /agreements/preview': {
    body: {
      ...ENCODING,
      readings: listOf(decimal('0.45'), 100),
      answerBudget: optional(integer(10, 1, 100_000)),
    },
  },
  'GET /agreements': { query: { ...page, quantity: quantities } },
  'GET /agreements/{id}': { path: { id: ID } },
  'POST /agreements/{id}/pause': { path: { id: ID } },
  'POST /agreements/{id}/resume': { path: { id: ID } },
  'POST /readings': { body: READING },
  'GET /readings': { query: { ...page, quantity: quantities } },
  'POST /readings/import': {
    query: { dryRun: ['', 'yes', '1', 'TRUE'] },
    body: {
      readings: {
        good: [good(READING)],
        bad: [
          ...[null, 7, '', {}, [], [null], [7], ['x'], [[]], [{}]],
          ...Object.entries(READING).flatMap(([field, kind]) =>
            kind.bad.map((bad) => [{ ...good(READING), [field]: bad }]),
          ),
          [{ ...good(READING), surplus: 1 }],
        ],
      },
    },
  },
  'POST /readings/{quantity}/{sequence}/correction': {
    path: { quantity: 'moisture', sequence: '4711' },
    body: { value: decimal('0.46') },
  },
  'GET /pairs': { query: { ...page, agreement: ids } },
  'GET /pairs/{pairId}': { path: { pairId: ID } },
  'GET /pool': {},
  'GET /disclosures': { query: { ...page, quantity: quantities, agreement: ids } },
  'GET /budgets': { query: page },
  'PUT /budgets/{quantity}': {
    path: { quantity: 'nothing' },
    free: true,
    body: {
      total: {
        ...integer(100, 0, 1_000_000_000),
        bad: integer(100, 0, 1_000_000_000).bad.filter((bad) => bad !== null),
      },
    },
  },
  'GET /requests': { query: { ...page, state: states } },
};

const S_ROUTES: Readonly<Record<string, Route>> = {
  ...KIT,
  'GET /catalogue': { query: page },
  'POST /customers': { body: { company: company(NOBODY) } },
  'GET /customers': { query: page },
  'POST /customers/{company}/credential': { path: { company: NOBODY } },
  'PUT /prices': {
    body: {
      customer: optional(company(NOBODY)),
      minorUnits: integer(250, 0, 1_000_000_000),
      currency: { good: 'EUR', bad: [...choice('EUR').bad, 'eur', 'EU', 'EURO', 'ＥＵＲ'] },
    },
  },
  'GET /prices': {},
  'GET /orders': { query: { ...page, state: states, customer: companies, paid: ['', 'yes', '1'] } },
  'GET /orders/{orderId}': { path: { orderId: ID } },
  'PUT /orders/{orderId}/payment': {
    path: { orderId: ID },
    body: { paidAt: moment(TAKEN_AT), reference: name('INV-1') },
  },
  'POST /orders/{orderId}/delivery': { path: { orderId: ID } },
  'GET /statements': {
    query: { customer: companies, from: times, to: times, format: ['', 'xml', '__proto__'] },
  },
};

/** Every operation of every company's API, by its company. */
export const ROUTES: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  ManufacturerA: A_ROUTES,
  ManufacturerB: B_ROUTES,
  ServicerS: S_ROUTES,
};
