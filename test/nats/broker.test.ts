import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Broker } from '../../fabric-network/broker/broker';
import { COMPANIES, TestBroker } from './broker.fixture';

let test: TestBroker;
let elsewhere: string;

jest.setTimeout(30_000);

beforeAll(async () => {
  test = await TestBroker.start();
});
beforeEach(() => {
  elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-broker-'));
});
afterEach(() => {
  fs.rmSync(elsewhere, { recursive: true });
});
afterAll(() => test.stop());

const urlOf = (broker: Broker): string => broker.connectionOf('ManufacturerA').servers[0] ?? '';

describe('the broker', () => {
  it('is found running by a second start, with its port and passwords', async () => {
    const { broker } = test;
    const again = await Broker.start({ dir: broker.dir, companies: COMPANIES, ports: 'usual' });
    expect([again.pid, urlOf(again)]).toEqual([broker.pid, urlOf(broker)]);
  });

  it('lets in a company that a later start names, without a restart', async () => {
    const { broker } = test;
    const companies = [...COMPANIES, 'ManufacturerA3'];
    const again = await Broker.start({ dir: broker.dir, companies, ports: 'usual' });
    await test.connect(again.erpConnectionOf('ManufacturerA3'));
    expect(again.pid).toBe(broker.pid);
  });

  it('is started again after a crash, with what it stored', async () => {
    const { broker } = test;
    const erp = await test.connect(broker.erpConnectionOf('ManufacturerB'));
    await erp.jetstream().publish('tacit.batch.ManufacturerB.readings', 'kept');
    await broker.kill();
    await Broker.start({ dir: broker.dir, companies: COMPANIES, ports: 'usual' });
    const operator = await test.connect(broker.operatorConnection());
    const { streams } = await operator.jetstreamManager();
    expect((await streams.getMessage('batches-ManufacturerB', { seq: 1 })).string()).toBe('kept');
  });

  it('at NATS_URL is used as it is, when it runs with this configuration', async () => {
    const { broker } = test;
    const env = { NATS_URL: urlOf(broker) };
    const attached = await Broker.start({ dir: broker.dir, companies: COMPANIES, ports: 'usual', env });
    await expect(attached.kill()).rejects.toMatchObject({ code: 'not-ours' });
    await attached.stop();
    expect(broker.pid).toBeDefined();
  });

  it('at NATS_URL with another configuration is refused, naming the one to run it with', async () => {
    const env = { NATS_URL: urlOf(test.broker) };
    const starting = Broker.start({ dir: elsewhere, companies: COMPANIES, ports: 'usual', env });
    await expect(starting).rejects.toThrow(`nats-server -c ${path.join(elsewhere, 'nats-server.conf')}`);
  });

  it('says that its port is in use, and by what that can be found', async () => {
    const port = Number(new URL(urlOf(test.broker)).port);
    fs.writeFileSync(path.join(elsewhere, 'broker.json'), JSON.stringify({ companies: [], port }));
    const starting = Broker.start({ dir: elsewhere, companies: COMPANIES, ports: 'usual' });
    await expect(starting).rejects.toThrow(`Port ${port} (the message broker) is in use`);
  });

  it('says how to get nats-server when there is none', async () => {
    const starting = Broker.start({ dir: elsewhere, companies: COMPANIES, ports: 'free', env: { PATH: '' } });
    await expect(starting).rejects.toThrow('go install github.com/nats-io/nats-server/v2@v2.14.5');
  });
});
