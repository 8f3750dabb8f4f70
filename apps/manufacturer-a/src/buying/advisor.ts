import { Inject, Injectable } from '@nestjs/common';
import { Database, LEDGER } from '@tacit/company';
import type { Amount, BudgetState } from '@tacit/contracts';
import { LedgerError, type Ledger } from '@tacit/ledger';
import { In, type EntityManager } from 'typeorm';
import { BEFORE_REQUEST } from '../comparing/comparison-state';
import { AgreementEntity } from '../entities/agreement.entity';
import { ComparisonEntity } from '../entities/comparison.entity';
import { CredentialEntity } from '../entities/credential.entity';
import type { PairEntity } from '../entities/pair.entity';
import { PriceEntity } from '../entities/price.entity';
import { answerability, type Answerability } from './answerability';

/** What a buyer should know about a pair before she buys. */
export interface Advice {
  readonly pair: PairEntity;
  readonly price: Amount | null;
  readonly answerable: Answerability;
  /** The pair's comparison, if there is one. */
  readonly comparison: ComparisonEntity | null;
}

/** An agreement's answers: given or being given, and those of orders that have not become requests yet. */
export interface BudgetUse {
  readonly agreementId: string;
  readonly answerBudget: number;
  readonly used: number;
  readonly pending: number;
}

interface Known {
  readonly agreements: readonly AgreementEntity[];
  readonly comparisons: readonly ComparisonEntity[];
  readonly pending: readonly ComparisonEntity[];
  readonly prices: readonly PriceEntity[];
  readonly credentials: readonly CredentialEntity[];
}

/** Tells price and prospects of pairs from the mirrors and the ledger's budgets. */
@Injectable()
export class PurchaseAdvisor {
  constructor(
    private readonly database: Database,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  /**
   * @param together true: as one purchase, so that each pair takes an answer of its own; false: each by itself
   */
  async advise(
    pairs: readonly PairEntity[],
    together: boolean,
  ): Promise<{ advice: readonly Advice[]; budgets: readonly BudgetUse[] }> {
    const known = await this.database.read((em) => lookUp(em, pairs));
    const budgets = await this.#budgets(pairs, known);
    const left = new Map(
      budgets.map(({ agreementId, answerBudget, used, pending }) => [
        agreementId,
        answerBudget - used - pending,
      ]),
    );
    const now = Date.now();
    const advice = pairs.map((pair) => {
      const advised = judge(pair, known, left.get(pair.agreementId) ?? null, now);
      if (together && ['answerable', 'budget-exceeded'].includes(advised.answerable.code)) {
        left.set(pair.agreementId, (left.get(pair.agreementId) ?? 0) - 1);
      }
      return advised;
    });
    return { advice, budgets };
  }

  /** Budgets of the pairs' agreements; an agreement whose channel does not answer is left out. */
  async #budgets(pairs: readonly PairEntity[], { pending }: Known): Promise<BudgetUse[]> {
    const channels = new Map(pairs.map(({ agreementId, channel }) => [agreementId, channel]));
    const budgets = [...channels].map(async ([agreementId, channel]) => {
      try {
        const call = { channel, name: 'getBudget', input: { agreementId } };
        const { answerBudget, used } = (await this.ledger.evaluate(call)) as BudgetState;
        const waiting = pending.filter((comparison) => comparison.agreementId === agreementId);
        return [{ agreementId, answerBudget, used, pending: waiting.length }];
      } catch (error) {
        if (error instanceof LedgerError) return [];
        throw error;
      }
    });
    return (await Promise.all(budgets)).flat();
  }
}

async function lookUp(em: EntityManager, pairs: readonly PairEntity[]): Promise<Known> {
  const agreementIds = [...new Set(pairs.map(({ agreementId }) => agreementId))];
  const servicers = [...new Set(pairs.map(({ servicer }) => servicer))];
  return {
    agreements: await em.findBy(AgreementEntity, { agreementId: In(agreementIds) }),
    comparisons: await em.findBy(ComparisonEntity, { pairId: In(pairs.map(({ pairId }) => pairId)) }),
    pending: await em.findBy(ComparisonEntity, {
      agreementId: In(agreementIds),
      state: In([...BEFORE_REQUEST]),
    }),
    prices: await em.findBy(PriceEntity, { servicer: In(servicers) }),
    credentials: await em.findBy(CredentialEntity, { servicer: In(servicers) }),
  };
}

function judge(pair: PairEntity, known: Known, answersLeft: number | null, now: number): Advice {
  const { agreementId, agreementHash, servicer, pairId, flaw, supersededBy } = pair;
  const versions = known.agreements.filter((agreement) => agreement.agreementId === agreementId);
  const governing = versions.find(({ status }) => status === 'accepted') ?? null;
  const own = versions.find((agreement) => agreement.agreementHash === agreementHash);
  const price = known.prices.find((candidate) => candidate.servicer === servicer);
  const comparison = known.comparisons.find((candidate) => candidate.pairId === pairId) ?? null;
  const facts = {
    flaw,
    supersededBy,
    agreement: governing,
    expiresAt: Math.min(own?.terms.expiresAt ?? 0, governing?.terms.expiresAt ?? 0),
    hasPrice: price !== undefined,
    hasCredential: known.credentials.some((credential) => credential.servicer === servicer),
    answersLeft,
    state: comparison?.state ?? null,
    answered: comparison !== null && comparison.outcome !== null,
  };
  return {
    pair,
    price: price === undefined ? null : { minorUnits: price.minorUnits, currency: price.currency },
    answerable: answerability(facts, now),
    comparison,
  };
}
