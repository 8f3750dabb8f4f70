import { createContracts } from '@tacit/contracts';
import { parentPort, workerData } from 'node:worker_threads';
import { DevPeer } from './dev-peer';
import {
  toPlainError,
  type PeerCall,
  type PeerMethod,
  type PeerOptions,
  type PeerReply,
} from './worker-protocol';

type AnyMethod = (...parameters: readonly unknown[]) => Promise<unknown>;

/** The peer's thread: answers each call by its number, in whatever order they finish. */
const peer = new DevPeer({ ...(workerData as PeerOptions), contracts: createContracts() });
const methods = peer as unknown as Readonly<Record<PeerMethod, AnyMethod>>;

async function answer({ id, method, parameters }: PeerCall): Promise<PeerReply> {
  try {
    return { id, value: await methods[method](...parameters) };
  } catch (error) {
    return { id, error: toPlainError(error) };
  }
}

parentPort?.on('message', (call: PeerCall) => {
  void answer(call).then((reply) => {
    parentPort?.postMessage(reply);
    if (call.method === 'close') parentPort?.close();
  });
});
