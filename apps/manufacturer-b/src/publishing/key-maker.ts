import type { WorkerPool } from '@tacit/company';
import type { NonceMethod } from '@tacit/paillier';
import type { KeyKind } from './key-kind';
import type * as keyMaking from './key-making.worker';
import type { MadeKey } from './key-stock';

/** A key that is being made. Only memory knows it: after a crash it is as if it had never been begun. */
export interface KeyInMaking extends KeyKind {
  readonly begunAt: number;
  /** Nonce factors that are done, of `factorCount`. */
  factorsDone: number;
  readonly factorCount: number;
}

/**
 * Uniform factors are made in parts of this size, so that all threads work on one key and its progress shows. Every
 * part costs about three factors more, for the check of the part and for setting up.
 */
const FACTORS_PER_PART = 32;

export class SharedFactorError extends Error {
  override readonly name = 'SharedFactorError';
}

/** Makes keys in worker threads. */
export class KeyMaker {
  readonly #making = new Set<KeyInMaking>();
  /** Moduli of the keys in making: they are compared with each other as with those in the stock. */
  readonly #moduli = new Set<Uint8Array>();

  /**
   * @param owner MSP ID of this company
   * @param earlierModuli n of every key that this company ever stocked, base64url
   */
  constructor(
    private readonly threads: Pick<WorkerPool<typeof keyMaking>, 'run'>,
    private readonly method: NonceMethod,
    private readonly owner: string,
    private readonly earlierModuli: () => Promise<readonly string[]>,
  ) {}

  get making(): readonly KeyInMaking[] {
    return [...this.#making];
  }

  /**
   * Makes one key and has it kept. Between the check of its n and the end of `keep` no other key's check misses it.
   * @throws SharedFactorError when n has a factor in common with another key: the random source is broken
   */
  async make(
    { profile, bits }: KeyKind,
    signal: AbortSignal,
    keep: (key: MadeKey) => Promise<void>,
  ): Promise<void> {
    const { method, owner } = this;
    const progress: KeyInMaking = {
      profile,
      bits,
      begunAt: Date.now(),
      factorsDone: 0,
      factorCount: 3 * bits,
    };
    this.#making.add(progress);
    let modulus: Uint8Array | undefined;
    try {
      const pair = await this.threads.run('makeKey', { profile, method, owner }, { signal });
      modulus = pair.publicKey;
      const rivals = [...this.#moduli];
      this.#moduli.add(modulus);
      const [nonceFactors] = await Promise.all([
        this.#makeFactors({ ...pair, profile, method }, progress, signal),
        this.#requireCoprime(modulus, rivals, signal),
      ]);
      await keep({ ...pair, profile, bits, method, nonceFactors });
    } finally {
      this.#making.delete(progress);
      if (modulus) this.#moduli.delete(modulus);
    }
  }

  #makeFactors(
    key: Omit<keyMaking.NonceFactorTask, 'count'>,
    progress: KeyInMaking,
    signal: AbortSignal,
  ): Promise<Uint8Array[]> {
    return Promise.all(
      partSizes(progress.factorCount, this.method).map(async (count) => {
        const part = await this.threads.run('makeFactors', { ...key, count }, { signal });
        progress.factorsDone += count;
        return part;
      }),
    );
  }

  async #requireCoprime(
    modulus: Uint8Array,
    rivals: readonly Uint8Array[],
    signal: AbortSignal,
  ): Promise<void> {
    const earlier = (await this.earlierModuli()).map((text) => Buffer.from(text, 'base64url'));
    const others = [...earlier, ...rivals];
    if (await this.threads.run('sharesFactor', { modulus, others }, { signal })) {
      throw new SharedFactorError('a new key has a prime in common with an earlier one');
    }
  }
}

/** Short exponents share tables that are made for every part anew, so they come in one. */
function partSizes(count: number, method: NonceMethod): readonly number[] {
  if (method === 'short-exponent') return [count];
  const parts = Math.ceil(count / FACTORS_PER_PART);
  return Array.from({ length: parts }, (_, i) => Math.min(FACTORS_PER_PART, count - i * FACTORS_PER_PART));
}
