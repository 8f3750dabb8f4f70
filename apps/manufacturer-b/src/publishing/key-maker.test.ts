import { verifyKeyProof } from '@tacit/comparison';
import { toBase64url } from '@tacit/core';
import { decodeNonceFactors, paillierProfile, paillierScheme } from '@tacit/paillier';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyMaker, SharedFactorError } from './key-maker';
import * as worker from './key-making.worker';
import type { MadeKey } from './key-stock';

const KIND = { profile: 'paillier-3072', bits: 8 };
const { signal } = new AbortController();

type Threads = ConstructorParameters<typeof KeyMaker>[0];

/** Runs the worker's functions in the calling thread, except those that are replaced. */
function threads(replaced: Partial<Record<keyof typeof worker, (task: never) => unknown>> = {}): Threads {
  return {
    run: async (name: keyof typeof worker, task: unknown) => {
      const functions = { ...worker, ...replaced } as unknown as Record<string, (task: unknown) => unknown>;
      return functions[name]!(task);
    },
  } as unknown as Threads;
}

/** Moduli that stand for 15, 21 and 35 but have no factors to make nonces from. */
const fakeKey = (modulus: number): worker.ProvenKeyPair => ({
  publicKey: Uint8Array.of(modulus),
  keyId: String(modulus),
  secretKey: new Uint8Array(),
  keyProof: new Uint8Array(),
});
const noFactors = { makeFactors: () => new Uint8Array() };

describe('KeyMaker', () => {
  it.each(['uniform', 'short-exponent'] as const)(
    'makes a key of the exact size with its proof and 3k factors, %s',
    async (method) => {
      const kept: MadeKey[] = [];
      const maker = new KeyMaker(threads(), method, 'ManufacturerB', async () => []);
      const progress: number[] = [];
      await maker.make(KIND, signal, async (key) => {
        progress.push(maker.making[0]!.factorsDone);
        kept.push(key);
      });
      const profile = paillierProfile(KIND.profile);
      const scheme = paillierScheme(profile);
      const publicKey = scheme.decodePublicKey(kept[0]!.publicKey);
      const proof = toBase64url(kept[0]!.keyProof);
      expect(verifyKeyProof(scheme, publicKey, proof, 'ManufacturerB')).toBe(true);
      expect(verifyKeyProof(scheme, publicKey, proof, 'ManufacturerA')).toBe(false);
      const factors = kept[0]!.nonceFactors.flatMap((part) => decodeNonceFactors(publicKey, part));
      expect(factors).toHaveLength(24);
      expect(publicKey.keyId).toBe(kept[0]!.keyId);
      expect(progress).toEqual([24]);
      expect(maker.making).toEqual([]);
    },
    60_000,
  );

  it('refuses a key that has a prime in common with an earlier one', async () => {
    const earlier = [Buffer.of(14).toString('base64url')];
    const maker = new KeyMaker(
      threads({ makeKey: () => fakeKey(35), ...noFactors }),
      'uniform',
      'ManufacturerB',
      async () => earlier,
    );
    await expect(maker.make(KIND, signal, async () => {})).rejects.toThrow(SharedFactorError);
    const other = new KeyMaker(
      threads({ makeKey: () => fakeKey(15), ...noFactors }),
      'uniform',
      'ManufacturerB',
      async () => earlier,
    );
    await expect(other.make(KIND, signal, async () => {})).resolves.toBeUndefined();
  });

  it('compares keys that are made at the same time, until they are kept', async () => {
    const moduli = [15, 21];
    const maker = new KeyMaker(
      threads({ makeKey: () => fakeKey(moduli.shift()!), ...noFactors }),
      'uniform',
      'ManufacturerB',
      async () => [],
    );
    const slowlyKept = maker.make(KIND, signal, () => sleep(50));
    await expect(maker.make(KIND, signal, async () => {})).rejects.toThrow(SharedFactorError);
    await slowlyKept;
  });

  it('shows what is being made and forgets what failed', async () => {
    const maker = new KeyMaker(
      threads({
        makeKey: () => {
          throw new Error('no primes today');
        },
      }),
      'uniform',
      'ManufacturerB',
      async () => [],
    );
    const making = maker.make(KIND, signal, async () => {});
    expect(maker.making).toMatchObject([{ ...KIND, factorsDone: 0, factorCount: 24 }]);
    await expect(making).rejects.toThrow('no primes today');
    expect(maker.making).toEqual([]);
  });
});
