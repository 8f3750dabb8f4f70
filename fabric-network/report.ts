import { UsageError } from '../tools/tool';
import type { Broker } from './broker';
import type { NodeStatus } from './fabric-network';
import type { Topology } from './topology';

/** What runs where, and who is on which channel: lines for people. */
export function describeNetwork({ channels }: Topology, nodes: readonly NodeStatus[]): string {
  const width = Math.max(...nodes.map(({ name }) => name.length));
  return [
    ...nodes.map(
      ({ name, address, pid, running }) =>
        `  ${name.padEnd(width)}  ${address.padEnd(16)}  ${running ? `process ${pid ?? ''}` : 'STOPPED'}`,
    ),
    '',
    ...channels.map(({ name, members }) => `  ${name.padEnd(width)}  ${members.join(', ')}`),
  ].join('\n');
}

/** The broker beside the network, in the same form. */
export function describeBroker({ listens, pid }: Broker): string {
  return `  nats         ${listens.padEnd(16)}  ${pid === undefined ? 'STOPPED' : `process ${pid}`}`;
}

/** Whether the tool has only to show its usage. @throws UsageError for any argument but --help */
export function withoutArguments(args: readonly string[], usage: string): boolean {
  if (args.length === 0) return false;
  if (args.join() !== '--help') throw new UsageError(`${args.join(' ')}: this takes no arguments`);
  process.stdout.write(usage);
  return true;
}
