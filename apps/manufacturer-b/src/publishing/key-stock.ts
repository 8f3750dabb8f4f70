import { AtRest, Database, JobQueue } from '@tacit/company';
import { Injectable } from '@nestjs/common';
import { toBase64url } from '@tacit/core';
import type { NonceMethod } from '@tacit/paillier';
import { IsNull, LessThanOrEqual, Not, type EntityManager } from 'typeorm';
import { AgreementEntity } from '../entities/agreement.entity';
import { PairEntity } from '../entities/pair.entity';
import { StockedKeyEntity, type StockedKeyState } from '../entities/stocked-key.entity';
import { distinctKinds, sameKind, type KeyKind } from './key-kind';

/** The job that encrypts one pair with the key that was assigned to it. */
export const ENCRYPT_PAIR = 'pair.encrypt';

/** A pair whose encryption ends in the middle this often is given up: keys are dear. */
const MOST_KEYS_BURNT = 10;

export interface EncryptPairJob {
  readonly pairId: string;
  readonly keyId: string;
}

/** A key with all its nonce factors, as the threads made it. */
export interface MadeKey extends KeyKind {
  readonly keyId: string;
  readonly method: NonceMethod;
  readonly publicKey: Uint8Array;
  readonly keyProof: Uint8Array;
  /** Secret. */
  readonly secretKey: Uint8Array;
  /** Secret. */
  readonly nonceFactors: readonly Uint8Array[];
}

/** What encrypting and publishing need of a key, taken out for the only time. */
export type TakenKey = Pick<MadeKey, 'publicKey' | 'keyProof' | 'nonceFactors'>;

export interface Demand extends KeyKind {
  /** Pairs that wait for a key of this kind. */
  readonly waiting: number;
  readonly stocked: number;
  /** Does an agreement that is in force use this kind? */
  readonly inForce: boolean;
}

const secretKeyPurpose = (keyId: string): string => `secret-key:${keyId}`;
const nonceFactorsPurpose = (keyId: string, part: number): string => `nonce-factors:${keyId}:${part}`;

/**
 * The stock of unused keys, in the database. A stocked key goes to a pair once: `stocked` → `assigned` → `used`,
 * each step committed before the next begins. There is never a stocked key of a kind for which a pair waits: whoever
 * adds a key or a pair brings the two together in the same transaction.
 */
@Injectable()
export class KeyStock {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly atRest: AtRest,
  ) {}

  /** Adds a key, or gives it to the pair that has waited longest. */
  async add(em: EntityManager, key: MadeKey): Promise<void> {
    const { keyId, profile, bits, method } = key;
    await em.insert(StockedKeyEntity, {
      keyId,
      profile,
      bits,
      method,
      state: 'stocked',
      publicKey: toBase64url(key.publicKey),
      keyProof: toBase64url(key.keyProof),
      secretKey: this.atRest.seal(secretKeyPurpose(keyId), key.secretKey),
      nonceFactors: key.nonceFactors.map((part, i) => this.atRest.seal(nonceFactorsPurpose(keyId, i), part)),
      pairId: null,
      stockedAt: Date.now(),
      usedAt: null,
      destroyedAt: null,
    });
    await this.#offer(em, { keyId, profile, bits });
  }

  /** Gives a pair the oldest key of its kind, if there is one; otherwise it waits for the next that is added. */
  async request(em: EntityManager, pair: KeyKind & { readonly pairId: string }): Promise<void> {
    const { pairId, profile, bits } = pair;
    const key = await em.findOne(StockedKeyEntity, {
      where: { state: 'stocked', profile, bits },
      order: { stockedAt: 'ASC', keyId: 'ASC' },
    });
    if (key) await this.#assign(em, key.keyId, pairId);
  }

  /**
   * Takes out the key that is assigned to a pair, durably marked as used: a transaction of its own, before anything
   * is encrypted. A key that was marked before is destroyed instead, because what it encrypted then is not known; the
   * pair gets the next one, and a job of its own for it.
   * @returns null when there is nothing to encrypt with in this run
   */
  async take({ pairId, keyId }: EncryptPairJob): Promise<TakenKey | null> {
    return this.database.transaction(async (em) => {
      const { affected } = await em.update(
        StockedKeyEntity,
        { keyId, pairId, state: 'assigned' },
        { state: 'used', usedAt: Date.now() },
      );
      if (affected === 1) return this.#open(em, keyId);
      await this.#burn(em, { pairId, keyId });
      return null;
    });
  }

  /** What a published pair was encrypted with can never be used, nor read, again. */
  async destroyNonceFactors(em: EntityManager, keyId: string): Promise<void> {
    await em.update(StockedKeyEntity, { keyId }, { nonceFactors: null });
  }

  /** The pair needs no key after all: one that was not touched yet goes to another, else it is destroyed. */
  async release(em: EntityManager, { pairId, keyId }: EncryptPairJob): Promise<void> {
    await em.update(PairEntity, { pairId, keyId }, { keyId: null });
    const { affected } = await em.update(
      StockedKeyEntity,
      { keyId, pairId, state: 'assigned' },
      { state: 'stocked', pairId: null },
    );
    if (affected === 1) await this.#offer(em, await em.findOneByOrFail(StockedKeyEntity, { keyId }));
    else await this.#destroy(em, { keyId, pairId });
  }

  /** The secret key of a published pair, or null once it is destroyed. */
  async secretKey(
    em: EntityManager,
    pairId: string,
  ): Promise<{ readonly keyId: string; readonly sealed: string } | null> {
    const key = await em.findOne(StockedKeyEntity, {
      where: { pairId, state: 'used' },
      select: { keyId: true, secretKey: true },
    });
    return key?.secretKey ? { keyId: key.keyId, sealed: key.secretKey } : null;
  }

  openSecretKey({ keyId, sealed }: { readonly keyId: string; readonly sealed: string }): Uint8Array {
    return this.atRest.open(secretKeyPurpose(keyId), sealed);
  }

  /** Overwrites everything secret of the keys whose pairs' agreements have ended. @returns how many */
  async destroyExpired(em: EntityManager, now: number): Promise<number> {
    const expired = await em
      .createQueryBuilder(PairEntity, 'pair')
      .innerJoin(StockedKeyEntity, 'key', 'key.keyId = pair.keyId')
      .select('key.keyId', 'keyId')
      .where({ expiresAt: LessThanOrEqual(now) })
      .andWhere("key.state = 'used'")
      .getRawMany<{ keyId: string }>();
    for (const { keyId } of expired) await this.#destroy(em, { keyId });
    return expired.length;
  }

  /** n of every key that there ever was. */
  async moduli(em: EntityManager): Promise<readonly string[]> {
    const keys = await em.find(StockedKeyEntity, { select: { keyId: true, publicKey: true } });
    return keys.map(({ publicKey }) => publicKey);
  }

  /** Which kinds of keys are wanted, those of the longest-waiting pairs first. */
  async demand(em: EntityManager, now: number): Promise<readonly Demand[]> {
    const waiting = await em
      .createQueryBuilder(PairEntity, 'pair')
      .select(['pair.profile AS profile', 'pair.bits AS bits', 'COUNT(*) AS count'])
      .where({ state: 'queued', keyId: IsNull() })
      .groupBy('pair.profile')
      .addGroupBy('pair.bits')
      .orderBy('MIN(pair.createdAt)')
      .getRawMany<KeyKind & { count: number | string }>();
    const stocked = await em
      .createQueryBuilder(StockedKeyEntity, 'key')
      .select(['key.profile AS profile', 'key.bits AS bits', 'COUNT(*) AS count'])
      .where({ state: 'stocked' })
      .groupBy('key.profile')
      .addGroupBy('key.bits')
      .getRawMany<KeyKind & { count: number | string }>();
    const inForce = (await em.findBy(AgreementEntity, { status: 'accepted' }))
      .map(({ terms }) => terms)
      .filter(({ expiresAt }) => expiresAt > now);

    return distinctKinds([...waiting, ...inForce, ...stocked]).map((kind) => ({
      ...kind,
      waiting: countOf(waiting, kind),
      stocked: countOf(stocked, kind),
      inForce: inForce.some((agreement) => sameKind(agreement, kind)),
    }));
  }

  /** Keys by kind and state, for the operator. */
  async count(em: EntityManager): Promise<readonly (KeyKind & { state: StockedKeyState; count: number })[]> {
    const rows = await em
      .createQueryBuilder(StockedKeyEntity, 'key')
      .select(['key.profile AS profile', 'key.bits AS bits', 'key.state AS state', 'COUNT(*) AS count'])
      .groupBy('key.profile')
      .addGroupBy('key.bits')
      .addGroupBy('key.state')
      .getRawMany<KeyKind & { state: StockedKeyState; count: number | string }>();
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  async #offer(em: EntityManager, { keyId, profile, bits }: KeyKind & { keyId: string }): Promise<void> {
    const pair = await em.findOne(PairEntity, {
      where: { state: 'queued', keyId: IsNull(), profile, bits },
      order: { createdAt: 'ASC', pairId: 'ASC' },
    });
    if (pair) await this.#assign(em, keyId, pair.pairId);
  }

  async #assign(em: EntityManager, keyId: string, pairId: string): Promise<void> {
    await em.update(StockedKeyEntity, { keyId }, { state: 'assigned', pairId });
    await em.update(PairEntity, { pairId }, { keyId });
    const job: EncryptPairJob = { pairId, keyId };
    await this.queue.add(em, ENCRYPT_PAIR, `${keyId}:${pairId}`, job);
  }

  async #open(em: EntityManager, keyId: string): Promise<TakenKey> {
    const key = await em.findOneOrFail(StockedKeyEntity, {
      where: { keyId },
      select: { keyId: true, publicKey: true, keyProof: true, nonceFactors: true },
    });
    const parts = key.nonceFactors ?? [];
    return {
      publicKey: Buffer.from(key.publicKey, 'base64url'),
      keyProof: Buffer.from(key.keyProof ?? '', 'base64url'),
      nonceFactors: parts.map((part, i) => this.atRest.open(nonceFactorsPurpose(keyId, i), part)),
    };
  }

  async #burn(em: EntityManager, { pairId, keyId }: EncryptPairJob): Promise<void> {
    await this.#destroy(em, { keyId, pairId });
    await em.update(PairEntity, { pairId, keyId, state: 'queued' }, { keyId: null });
    const pair = await em.findOneBy(PairEntity, { pairId, state: 'queued', keyId: IsNull() });
    if (!pair) return;
    const burnt = await em.countBy(StockedKeyEntity, { pairId, state: 'destroyed' });
    if (burnt < MOST_KEYS_BURNT) await this.request(em, pair);
    else await em.update(PairEntity, { pairId }, { state: 'failed', reason: 'encryption-interrupted' });
  }

  /** Only the pair's own key: a job of long ago may name one that has gone to another pair since. */
  async #destroy(
    em: EntityManager,
    key: { readonly keyId: string; readonly pairId?: string },
  ): Promise<void> {
    await em.update(
      StockedKeyEntity,
      { ...key, state: Not('destroyed') },
      { state: 'destroyed', secretKey: null, nonceFactors: null, destroyedAt: Date.now() },
    );
  }
}

function countOf(rows: readonly (KeyKind & { count: number | string })[], kind: KeyKind): number {
  return Number(rows.find((row) => sameKind(row, kind))?.count ?? 0);
}
