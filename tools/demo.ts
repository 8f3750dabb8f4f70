/**
 * `npm run demo`: three companies on this machine, the published case, the table from A's API. What happens here
 * happens through the companies' REST interfaces, as an ERP would do it.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Narrator } from './demo/narrator';
import { parseDemoOptions, USAGE, type DemoOptions } from './demo/options';
import { conclusionOf, readFindings, reportOf, tableOf, urlsOf } from './demo/report';
import { markFinished, stateOfDemo } from './demo/saved-demo';
import { agree, clientsOf, compare, feed, introduce, publish } from './demo/steps';
import { requireNotRunning } from './in-use';
import { withNetwork } from './lifetime';
import { COMPANIES, MANUFACTURER_B } from './companies';
import { type Network, type NetworkOptions } from './network';
import { brokerDir, fabricDir, keyDirOf, stateDirOf } from './paths';
import { runTool, ToolError } from './tool';

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const options = parseDemoOptions(args);
  const narrator = new Narrator(options.json ? process.stderr : process.stdout);
  await (options.once ? runOnce(options, narrator) : runAndStay(options, narrator));
}

/** On fresh state, which goes away at the end unless something went wrong. */
async function runOnce(options: DemoOptions, narrator: Narrator): Promise<void> {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-demo-'));
  const folders = { dir: path.join(temporary, 'state'), keyDir: path.join(temporary, 'keys') };
  narrator.step(STARTING);
  try {
    await withNetwork(networkOptions(options, folders), {
      stay: false,
      surroundings: {
        ...surroundingsOf(options, narrator),
        fabricDir: path.join(temporary, 'fabric'),
        brokerDir: path.join(temporary, 'broker'),
        ports: 'free',
        keep: false,
      },
      work: async (network) => {
        await play(network, options, narrator);
        await show(network, options, narrator);
      },
    });
  } catch (error) {
    narrator.step(`the companies' logs are kept in ${folders.dir}`);
    throw error;
  }
  fs.rmSync(temporary, { recursive: true, force: true });
}

/** On the demo's own state, from which a later run goes on. */
async function runAndStay(options: DemoOptions, narrator: Narrator): Promise<void> {
  const instance = options.ledger === 'dev' ? 'demo' : 'demo-fabric';
  const dir = stateDirOf(instance);
  await requireNotRunning(dir);
  const state = stateOfDemo(dir, options);
  if (state === 'another') {
    throw new ToolError(
      `${dir} holds a demo with another series, profile or messaging. Clear it with \`npm run reset\`, or add --once.`,
    );
  }
  if (state === 'unfinished') {
    narrator.step('an earlier demo did not finish; starting afresh');
    fs.rmSync(dir, { recursive: true });
  }
  narrator.step(STARTING);
  await withNetwork(networkOptions(options, { dir, keyDir: keyDirOf(instance) }), {
    stay: true,
    surroundings: { ...surroundingsOf(options, narrator), fabricDir, brokerDir, ports: 'usual', keep: true },
    work: async (network) => {
      if (state === 'finished')
        narrator.step('the case was played before; this is its state, nothing is done again');
      else {
        await play(network, options, narrator);
        markFinished(dir, options);
      }
      await show(network, options, narrator);
      narrator.write(
        `\nState and logs are in ${dir}\nRunning. Ctrl-C stops it, \`npm run reset\` clears it.\n${staysUp(options)}`,
      );
    },
  });
}

const STARTING = 'starting Manufacturer-A, Manufacturer-B and Servicer-S, each a process of its own';

function networkOptions(
  { ports, answering, once }: DemoOptions,
  folders: Pick<NetworkOptions, 'dir' | 'keyDir'>,
): NetworkOptions {
  // A demo that ends after its table needs no keys in stock for later.
  const settings = { [MANUFACTURER_B.company]: { answering, ...(once ? { stockedKeys: 0 } : {}) } };
  return { ...folders, ports, settings };
}

function surroundingsOf({ ledger, messaging }: DemoOptions, narrator: Narrator) {
  return {
    ledger,
    messaging,
    companies: COMPANIES.map(({ company }) => company),
    onProgress: (text: string) => {
      narrator.step(`network: ${text}`);
    },
  };
}

/** What Ctrl-C does not stop. */
function staysUp({ ledger, messaging }: DemoOptions): string {
  const network = [...(ledger === 'fabric' ? ['Fabric'] : []), ...(messaging === 'nats' ? ['NATS'] : [])];
  return network.length === 0
    ? ''
    : `${network.join(' and ')} stay up: \`npm run fabric:down\` stops them.\n`;
}

/** The whole case, from strangers to answers. */
async function play(network: Network, options: DemoOptions, narrator: Narrator): Promise<void> {
  const clients = clientsOf(network);
  await introduce(network);
  narrator.step('partners entered, A’s customer credential issued, price set');
  await agree(clients, options.profile);
  narrator.step(`agreed on moisture under bit and under magnitude, keys of ${options.profile}`);
  const pairs = await feed(clients, options.series);
  narrator.step(`B entered ${options.series.length} monthly readings; making ${pairs.length} keys`);
  await publish(clients, pairs, narrator);
  narrator.step(`${pairs.length} pairs published; A buys the XOR records and compares`);
  await compare(clients, pairs, narrator);
  narrator.step(`${pairs.length} comparisons answered`);
}

async function show(network: Network, options: DemoOptions, narrator: Narrator): Promise<void> {
  const findings = await readFindings(clientsOf(network).a);
  const urls = urlsOf(network);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(reportOf(findings, options, urls))}\n`);
    return;
  }
  const lines = Object.entries(urls).map(([company, url]) => `${company.padEnd(14)} ${url}`);
  narrator.write(`\n${tableOf(findings)}\n\n${conclusionOf(findings)}\n\n${lines.join('\n')}\n`);
}

runTool('demo', USAGE, main);
