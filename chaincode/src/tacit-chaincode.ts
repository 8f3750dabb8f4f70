import {
  ContractError,
  purposeOf,
  type Contract,
  type ContractFunction,
  type LedgerTransaction,
} from '@tacit/contracts';
import { canonicalBytes, parseCanonical } from '@tacit/core';
import type { ChaincodeInterface, ChaincodeResponse, ChaincodeStub } from 'fabric-shim';
import { callerOf } from './caller';
import { definitionOf } from './definition';
import { isFault, refusalOf, UnknownFunctionError } from './failures';
import { StubTransaction } from './stub-transaction';

/** Most bytes of a call's input, and of its transient data: above every record of 64 bits at 6144. */
const LARGEST_INPUT = 1 << 20;

/** What a chaincode process reports of its own faults; nothing of it reaches the caller. */
export type FaultLog = (txId: string, error: unknown) => void;

/**
 * The contracts as Fabric's chaincode. One package serves the definitions `quality`, `xor` and `sales`, each on the
 * channels of its purpose. A call is `[name, input]`, the input RFC 8785 JSON; the response is RFC 8785 JSON, and a
 * refusal's message `{code, message}`. An event's payload on Fabric is `{payload, timestamp}`, because Fabric's
 * events do not carry the transaction's time.
 */
export class TacitChaincode implements ChaincodeInterface {
  readonly #contracts: readonly Contract[];
  readonly #logFault: FaultLog;

  constructor(contracts: readonly Contract[], logFault: FaultLog) {
    this.#contracts = contracts;
    this.#logFault = logFault;
  }

  /** Definitions of this chaincode need no initialisation. */
  async Init(): Promise<ChaincodeResponse> {
    return { status: 200, payload: new Uint8Array(0) };
  }

  /** Never rejects: a rejection would leave the peer waiting until its execution times out. */
  async Invoke(stub: ChaincodeStub): Promise<ChaincodeResponse> {
    try {
      return { status: 200, payload: await this.#run(stub) };
    } catch (error) {
      if (isFault(error)) this.#logFault(stub.getTxID(), error);
      return { status: 500, message: refusalOf(error) };
    }
  }

  async #run(stub: ChaincodeStub): Promise<Uint8Array> {
    const { run, readOnly } = this.#functionOf(stub);
    const input = inputOf(stub);
    const tx = new StubTransaction(stub, callerOf(stub.getCreator()), { readOnly });
    const result = canonicalBytes((await run(tx, input)) ?? null);
    await tx.apply();
    if (tx.event) stub.setEvent(tx.event.name, eventBytes(tx, tx.event.payload));
    return result;
  }

  #functionOf(stub: ChaincodeStub): { readonly run: ContractFunction; readonly readOnly: boolean } {
    const channel = stub.getChannelID();
    const purpose = purposeOf(channel);
    const contract = this.#contracts.find((candidate) => candidate.purpose === purpose);
    if (!contract || definitionOf(stub) !== purpose) {
      throw new ContractError(
        'wrong-channel',
        `definition ${definitionOf(stub)} does not belong on channel ${channel}`,
      );
    }
    const [name = ''] = stub.getStringArgs();
    for (const kind of ['transactions', 'queries'] as const) {
      const functions = contract[kind];
      const run = Object.hasOwn(functions, name) ? functions[name] : undefined;
      if (run) return { run, readOnly: kind === 'queries' };
    }
    throw new UnknownFunctionError(`channel ${channel} has no function of this name`);
  }
}

/** @throws ContractError `bad-input` */
function inputOf(stub: ChaincodeStub): unknown {
  const [name = '', input, ...more] = stub.getStringArgs();
  if (input === undefined || more.length > 0) {
    throw new ContractError('bad-input', `${name} takes one argument, its input as JSON`);
  }
  const transient = [...stub.getTransient().values()].reduce((sum, { length }) => sum + length, 0);
  if (input.length > LARGEST_INPUT || transient > LARGEST_INPUT) {
    throw new ContractError('bad-input', `${name}: the input is larger than ${LARGEST_INPUT} bytes`);
  }
  try {
    return parseCanonical(Buffer.from(input));
  } catch (cause) {
    throw new ContractError('bad-input', `${name}: the input is not RFC 8785 JSON`, { cause });
  }
}

function eventBytes({ timestamp }: LedgerTransaction, payload: unknown): Uint8Array {
  return canonicalBytes({ payload, timestamp });
}
