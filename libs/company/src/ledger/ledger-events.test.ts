import { Column, Entity, PrimaryColumn } from 'typeorm';
import { eventually, TestNetwork } from '../network.fixture';
import { CheckpointEntity } from './checkpoint.entity';

@Entity('registration')
class Registration {
  @PrimaryColumn('text')
  txId: string;

  @Column('text')
  company: string;
}

describe('membership and events of a channel', () => {
  let network: TestNetwork;
  beforeEach(() => {
    network = new TestNetwork({ quality: ['ManufacturerA', 'ManufacturerB'] });
  });
  afterEach(() => network.close());

  const openA = () => network.open('ManufacturerA', 'evaluator', [Registration]);
  type Opened = Awaited<ReturnType<typeof openA>>;
  const recordRegistrations = (company: Opened): void => {
    company.events.on('quality', 'MemberRegistered', async (em, { txId, payload }) => {
      await em.insert(Registration, { txId, company: (payload as { company: string }).company });
    });
  };
  const registrations = (company: Opened): Promise<string[]> =>
    company.database.read(async (em) => (await em.find(Registration)).map((row) => row.company));

  it('registers the own keys on every channel, once over all starts', async () => {
    const first = await openA();
    recordRegistrations(first);
    await first.start();
    await eventually(() => first.membership.isRegistered('quality'));
    await eventually(async () => (await registrations(first)).length === 1);
    const member = await first.membership.member('quality', 'ManufacturerA');
    expect(member?.clientFingerprints).toEqual([first.identity.client.fingerprint]);
    await network.stop(first);

    const second = await openA();
    recordRegistrations(second);
    await second.start();
    await eventually(() => second.membership.isRegistered('quality'));
    const b = await network.open('ManufacturerB', 'keyHolder');
    await b.start();
    await eventually(async () => (await registrations(second)).length === 2);
    expect(await registrations(second)).toEqual(['ManufacturerA', 'ManufacturerB']);
  });

  it('applies an event and its checkpoint together or not at all, and shows a standstill', async () => {
    const a = await openA();
    let broken = true;
    recordRegistrations(a);
    a.events.on('quality', 'MemberRegistered', async () => {
      if (broken) throw new Error('not understood');
    });
    await a.start();
    const status = await eventually(async () => {
      const [channel] = a.events.status();
      return channel?.trouble != null && channel;
    });
    expect(status).toMatchObject({ channel: 'quality', trouble: { message: 'not understood' } });
    expect(await registrations(a)).toEqual([]);
    expect(await a.database.read((em) => em.count(CheckpointEntity))).toBe(0);
    broken = false;
    await eventually(async () => (await registrations(a)).length === 1);
    await eventually(async () => a.events.status()[0]?.trouble === null);
  });

  it('gives the final refusal of a contract to its hook, and makes a dead letter where there is none', async () => {
    const a = await openA();
    const refused: unknown[] = [];
    a.submissions.on('withHook', {
      refused: async (_em, call, error) => {
        refused.push([call.channel, error.code]);
      },
    });
    a.submissions.on('withoutHook');
    await a.start();
    await a.database.transaction(async (em) => {
      await a.submissions.add(em, { channel: 'quality', name: 'withHook', input: {}, key: '1' });
      await a.submissions.add(em, { channel: 'quality', name: 'withoutHook', input: {}, key: '1' });
    });
    await eventually(async () => refused.length === 1);
    expect(refused).toEqual([['quality', 'unknown-function']]);
    const counts = await eventually(async () => {
      const list = await a.queue.counts();
      return list.some(({ state }) => state === 'dead') && list;
    });
    expect(counts.filter(({ state }) => state === 'dead')).toEqual([
      { kind: 'submit:withoutHook', state: 'dead', count: 1 },
    ]);
  });
});
