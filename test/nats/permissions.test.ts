import { batchSubjectOf, deadLetterSubjectOf, inboxSubjectOf } from '@tacit/messaging';
import { type NatsConnection } from 'nats';
import { COMPANIES, TestBroker } from './broker.fixture';

const A = 'ManufacturerA';
const B = 'ManufacturerB';
const S = 'ServicerS';

let test: TestBroker;

jest.setTimeout(30_000);

beforeAll(async () => {
  test = await TestBroker.start();
});
afterAll(() => test.stop());

/** What happened to a connection: refusals as `publish <subject>`, and what else its status tells. */
const histories = new WeakMap<NatsConnection, string[]>();

function historyOf(connection: NatsConnection): string[] {
  const known = histories.get(connection);
  if (known) return known;
  const history: string[] = [];
  histories.set(connection, history);
  void (async () => {
    for await (const { type, permissionContext: refused } of connection.status()) {
      history.push(refused ? `${refused.operation} ${refused.subject}` : type);
    }
  })();
  return history;
}

/** What the broker refuses of what `action` does. */
async function refusals(connection: NatsConnection, action: () => void): Promise<string[]> {
  const history = historyOf(connection);
  const before = history.length;
  action();
  // The broker answers in order: the refusal has arrived when the answer to this has.
  await connection.flush();
  await new Promise(setImmediate);
  return history.slice(before);
}

describe.each(COMPANIES)('%s', (me) => {
  let connection: NatsConnection;

  beforeAll(async () => {
    connection = await test.as(me);
  });

  const others = COMPANIES.filter((company) => company !== me);

  it('writes to the inboxes of the others', async () => {
    const publish = (): void => {
      others.forEach((company) => {
        connection.publish(inboxSubjectOf(company));
      });
    };
    expect(await refusals(connection, publish)).toEqual([]);
  });

  it('reads its own inbox and its own replies', async () => {
    const subscribe = (): void => {
      connection.subscribe(inboxSubjectOf(me));
      connection.subscribe(`_INBOX.${me}.x`);
    };
    expect(await refusals(connection, subscribe)).toEqual([]);
  });

  it.each([
    inboxSubjectOf(me),
    ...others.flatMap((company) => [
      batchSubjectOf(company, 'readings'),
      batchSubjectOf(company, 'comparisons'),
      deadLetterSubjectOf(company, 'readings', 1),
      `_INBOX.${company}.x`,
      `$JS.API.CONSUMER.MSG.NEXT.batches-${company}.application`,
      `$JS.API.STREAM.MSG.GET.dead-letters-${company}`,
      `$JS.API.STREAM.MSG.DELETE.dead-letters-${company}`,
      `$JS.ACK.batches-${company}.application.1.1.1.1.0`,
    ]),
    '$JS.API.INFO',
    '$JS.API.STREAM.NAMES',
    '$JS.API.STREAM.CREATE.mine',
    `$JS.API.STREAM.INFO.batches-${me}`,
    `$JS.API.STREAM.DELETE.batches-${me}`,
    `$JS.API.STREAM.PURGE.batches-${me}`,
    `$JS.API.STREAM.MSG.GET.batches-${me}`,
    `$JS.API.CONSUMER.CREATE.batches-${me}`,
    `$JS.API.CONSUMER.DURABLE.CREATE.batches-${me}.mine`,
    `$JS.API.CONSUMER.DELETE.batches-${me}.application`,
    '$SYS.REQ.SERVER.PING',
    'tacit.other',
  ])('cannot publish to %s', async (subject) => {
    expect(
      await refusals(connection, () => {
        connection.publish(subject);
      }),
    ).toEqual([`publish ${subject}`]);
  });

  it.each([
    ...others.flatMap((company) => [
      inboxSubjectOf(company),
      `_INBOX.${company}.>`,
      batchSubjectOf(company, 'readings'),
      deadLetterSubjectOf(company, 'readings', 1),
    ]),
    'tacit.inbox.*',
    'tacit.>',
    '_INBOX.>',
    '$JS.EVENT.>',
    '$SYS.>',
    '>',
  ])('cannot subscribe to %s', async (subject) => {
    const subscribe = (): void => void connection.subscribe(subject);
    expect(await refusals(connection, subscribe)).toEqual([`subscription ${subject}`]);
  });
});

describe('the ERP of B', () => {
  let erp: NatsConnection;

  beforeAll(async () => {
    erp = await test.connect(test.broker.erpConnectionOf(B));
  });

  it('sends batches of B, and hears of those that were refused', async () => {
    const act = (): void => {
      erp.publish(batchSubjectOf(B, 'readings'));
      erp.subscribe(`tacit.dead.${B}.*.*`);
    };
    expect(await refusals(erp, act)).toEqual([]);
  });

  it.each([
    inboxSubjectOf(A),
    inboxSubjectOf(B),
    batchSubjectOf(A, 'comparisons'),
    batchSubjectOf(S, 'readings'),
    deadLetterSubjectOf(B, 'readings', 1),
    '$JS.API.INFO',
    `$JS.API.CONSUMER.MSG.NEXT.batches-${B}.application`,
    `$JS.API.STREAM.MSG.GET.dead-letters-${B}`,
    `$JS.API.STREAM.MSG.DELETE.dead-letters-${B}`,
  ])('cannot publish to %s', async (subject) => {
    expect(
      await refusals(erp, () => {
        erp.publish(subject);
      }),
    ).toEqual([`publish ${subject}`]);
  });

  it.each([inboxSubjectOf(B), `_INBOX.${B}.>`, `_INBOX.${A}.>`, batchSubjectOf(B, 'readings'), '>'])(
    'cannot subscribe to %s',
    async (subject) => {
      const subscribe = (): void => void erp.subscribe(subject);
      expect(await refusals(erp, subscribe)).toEqual([`subscription ${subject}`]);
    },
  );
});

describe('a company that replies', () => {
  it('may write to the subject of a request once, and never without one', async () => {
    const [a, b] = await Promise.all([test.as(A), test.as(B)]);
    const subject = `_INBOX.${A}.once`;
    expect(
      await refusals(b, () => {
        b.publish(subject);
      }),
    ).toEqual([`publish ${subject}`]);
    const asked = new Promise<void>((resolve) => {
      b.subscribe(inboxSubjectOf(B), {
        callback: () => {
          resolve();
        },
      });
    });
    await b.flush();
    a.publish(inboxSubjectOf(B), 'question', { reply: subject });
    await asked;
    expect(
      await refusals(b, () => {
        b.publish(subject);
      }),
    ).toEqual([]);
    expect(
      await refusals(b, () => {
        b.publish(subject);
      }),
    ).toEqual([`publish ${subject}`]);
  });
});

describe('the broker', () => {
  it('lets nobody in without a password, with a wrong one, or with another user’s', async () => {
    const own = test.broker.connectionOf(A);
    await expect(test.connect({ ...own, user: B })).rejects.toMatchObject({
      code: 'AUTHORIZATION_VIOLATION',
    });
    await expect(test.connect({ ...own, user: 'nobody' })).rejects.toMatchObject({
      code: 'AUTHORIZATION_VIOLATION',
    });
  });

  it('keeps the others connected when a company is added', async () => {
    const connection = await test.as(S);
    const history = historyOf(connection);
    await test.broker.addCompany('ManufacturerA2');
    const added = await test.as('ManufacturerA2');
    expect(
      await refusals(added, () => {
        added.publish(inboxSubjectOf(B));
      }),
    ).toEqual([]);
    await connection.flush();
    expect(history).toEqual([]);
  });
});
