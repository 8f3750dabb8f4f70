import sodium from 'libsodium-wrappers-sumo';
import { RistrettoError } from './errors';
import { ELEMENT_LENGTH, IDENTITY, SCALAR_LENGTH, type Group } from './group';
import { isZero, WIDE_LENGTH } from './scalars';

/** What is used of the WebAssembly module: functions over addresses in its memory; 0 ⇔ success. */
interface SodiumModule {
  readonly HEAPU8: Uint8Array;
  readonly _malloc: (length: number) => number;
  readonly _crypto_core_ristretto255_is_valid_point: (p: number) => number;
  readonly _crypto_core_ristretto255_add: Binary;
  readonly _crypto_core_ristretto255_sub: Binary;
  readonly _crypto_scalarmult_ristretto255: Binary;
  readonly _crypto_scalarmult_ristretto255_base: Unary;
  readonly _crypto_core_ristretto255_scalar_add: Binary;
  readonly _crypto_core_ristretto255_scalar_sub: Binary;
  readonly _crypto_core_ristretto255_scalar_mul: Binary;
  readonly _crypto_core_ristretto255_scalar_reduce: Unary;
}
type Unary = (result: number, a: number) => number | undefined;
type Binary = (result: number, a: number, b: number) => number | undefined;

/** The module and three places in its memory that every call uses, so that no secret is left behind in others. */
interface Workspace {
  readonly module: SodiumModule;
  readonly at: number;
}
let workspace: Workspace | undefined;
const WORKSPACE_LENGTH = ELEMENT_LENGTH + WIDE_LENGTH + SCALAR_LENGTH;

/** Resolves when the group can be used; to be awaited once at the start of every process and thread. */
export async function ready(): Promise<void> {
  await sodium.ready;
  // The wrapper's own functions allocate three times a call, which costs a fifth of an addition, and free secrets
  // without erasing them. It carries the module that it wraps, though its types do not say so.
  const { libsodium: module } = sodium as unknown as { readonly libsodium: SodiumModule };
  workspace ??= { module, at: module._malloc(WORKSPACE_LENGTH) };
}

/**
 * libsodium compiled to WebAssembly: constant-time code for everything that takes a scalar; scalars are erased from
 * its memory when a call ends.
 *
 * It reports a product that is the identity as an error. In a group of prime order a factor is then zero, so that
 * is looked at first; for a secret factor the case has probability 2^−252.
 *
 * @throws RistrettoError `not-ready` before `ready()` has resolved, `computation-fault` where libsodium fails.
 */
export const sodiumGroup: Group = {
  isElement(bytes) {
    const { module, at } = prepared();
    module.HEAPU8.set(bytes.subarray(0, ELEMENT_LENGTH), at);
    return bytes.length === ELEMENT_LENGTH && module._crypto_core_ristretto255_is_valid_point(at) === 1;
  },
  add: (p, q) => call('_crypto_core_ristretto255_add', p, q),
  subtract: (p, q) => call('_crypto_core_ristretto255_sub', p, q),
  multiplyBase: (n) => (isZero(n) ? IDENTITY : call('_crypto_scalarmult_ristretto255_base', n)),
  multiply: (n, p) => (isZero(n) || isZero(p) ? IDENTITY : call('_crypto_scalarmult_ristretto255', n, p)),
  addScalars: (a, b) => call('_crypto_core_ristretto255_scalar_add', a, b),
  subtractScalars: (a, b) => call('_crypto_core_ristretto255_scalar_sub', a, b),
  multiplyScalars: (a, b) => call('_crypto_core_ristretto255_scalar_mul', a, b),
  reduceScalar: (wide) => call('_crypto_core_ristretto255_scalar_reduce', wide),
};

function prepared(): Workspace {
  if (!workspace) throw new RistrettoError('not-ready', 'ristretto255 is used before ready() has resolved');
  return workspace;
}

/** Runs a function of one or two inputs, 32 or 64 bytes, with a result of 32 bytes. */
function call(
  name: Exclude<keyof SodiumModule, 'HEAPU8' | '_malloc' | '_crypto_core_ristretto255_is_valid_point'>,
  a: Uint8Array,
  b?: Uint8Array,
): Uint8Array {
  const { module, at } = prepared();
  const [first, second] = [at + ELEMENT_LENGTH, at + ELEMENT_LENGTH + WIDE_LENGTH];
  module.HEAPU8.set(a, first);
  if (b) module.HEAPU8.set(b, second);
  const failed = module[name](at, first, second);
  // The memory may have grown, and then it is another array.
  const memory = module.HEAPU8;
  const result = memory.slice(at, at + ELEMENT_LENGTH);
  memory.fill(0, at, at + WORKSPACE_LENGTH);
  if (failed) throw new RistrettoError('computation-fault', 'libsodium refused its input');
  return result;
}
