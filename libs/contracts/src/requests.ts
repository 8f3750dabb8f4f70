import {
  answerHash,
  evaluate,
  evaluationHash,
  fields,
  openQualityRecord,
  openVector,
  parseAnswer,
  type Agreement,
  type Answer,
} from '@tacit/comparison';
import { parseCanonical, toBase64url, type AdditiveScheme } from '@tacit/core';
import { z } from 'zod';
import { agreementOf, governing, requireUnexpired } from './agreements';
import type { ContractFunction } from './contract';
import { define } from './define';
import { ContractError } from './errors';
import { timeOfChange } from './ledger-time';
import { pairOf } from './pairs';
import type { PolicyGuard } from './policy';
import { emit, read, require, sameRecord, write } from './records';
import type { LedgerTransaction } from './transaction';

/** Members of this private collection read answers; everyone else on the channel sees their hash. */
export const ANSWERS = 'answers';

/** A request lives at most seven days. */
export const MAX_REQUEST_LIFETIME = 7 * 24 * 3_600_000;

const requestSchema = z.strictObject({
  requestId: fields.randomId,
  pairId: fields.randomId,
  zHash: fields.hash,
  nonce: fields.randomId,
  expiresAt: fields.time,
  /** Single-use slot of the agreement's budget, 0 ≤ slot < answerBudget. */
  slot: z.int().min(0).max(99_999),
});
export type RequestTerms = z.infer<typeof requestSchema>;

/** What the evaluator found when it checked the proof of an answer. */
export const VERDICTS = ['verified', 'disputed'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface RequestRecord {
  readonly terms: RequestTerms;
  readonly evaluator: string;
  readonly requestedAt: number;
  readonly status: 'requested' | 'answered' | 'refused';
  readonly answerHash: string | null;
  /** null until the evaluator has concluded the answer. */
  readonly verdict: Verdict | null;
}

/** A slot of an agreement's budget. It says itself whether it is free, so that a budget is read in one go. */
interface SlotRecord {
  /** Which took it last. */
  readonly requestId: string;
  /** Milliseconds UTC; 0 once the request was refused, null for ever, once it was answered. */
  readonly takenUntil: number | null;
}

/** How much of an agreement's budget is gone. A slot whose request ended without an answer is free again. */
export interface BudgetState {
  readonly answerBudget: number;
  readonly used: number;
  readonly freeSlot: number | null;
}

const byRequest = z.strictObject({ requestId: fields.randomId });
const withVerdict = byRequest.extend({ verdict: z.enum(VERDICTS) });

export function requestTransactions(
  schemeOf: (profile: string) => AdditiveScheme,
  guard: PolicyGuard,
): Record<string, ContractFunction> {
  return {
    /**
     * The evaluator asks about a pair. Enc(w) travels as transient data `w`; the contract holds it against the
     * recorded hash and computes z itself, so a request that is not about exactly this pair cannot be recorded.
     */
    requestComparison: define<RequestTerms>('quality', 'requestComparison', guard, {
      input: requestSchema,
      run: async (tx, terms) => {
        const pair = await pairOf(tx, terms.pairId);
        const own = await agreementOf(tx, pair.agreementHash);
        if (tx.caller.company !== own.agreement.evaluator) {
          throw new ContractError('not-allowed', "a pair is compared by its agreement's evaluator");
        }
        const existing = await read<RequestRecord>(tx, ['request', terms.requestId]);
        if (existing) {
          if (sameRecord(existing.terms, terms)) return {};
          throw new ContractError('request-exists', 'another request has this identifier');
        }
        const current = await governing(tx, own.agreement.id);
        requireUnexpired(tx, own);
        requireUnexpired(tx, current);
        if (current.paused)
          throw new ContractError('agreement-paused', 'the key holder has paused the agreement');
        const now = await requireNoLiveRequest(tx, terms.pairId);
        if (terms.expiresAt <= now || terms.expiresAt > now + MAX_REQUEST_LIFETIME) {
          throw new ContractError('request-expired', 'a request ends in the future, within seven days');
        }
        await requireFreeSlot(tx, own.agreement.id, terms.slot, current.agreement.answerBudget);

        const scheme = schemeOf(pair.profile);
        const w = tx.transient('w');
        if (!w) throw new ContractError('bad-input', 'requestComparison: Enc(w) travels as transient data w');
        const context = { keyId: pair.keyId, pairId: pair.pairId, bits: own.agreement.bits };
        const { publicKey, x, y } = openQualityRecord(scheme, pair, context.bits);
        const opened = openVector(scheme, publicKey, 'w', context, toBase64url(w), pair.wHash);
        const z = evaluate(scheme, publicKey, { x, y, w: opened });
        if (evaluationHash(scheme, context, z) !== terms.zHash) {
          throw new ContractError('wrong-evaluation', "zHash is not the hash of this pair's evaluation");
        }

        const record: RequestRecord = {
          terms,
          evaluator: tx.caller.company,
          requestedAt: now,
          status: 'requested',
          answerHash: null,
          verdict: null,
        };
        write(tx, ['request', terms.requestId], record);
        write(tx, ['live', terms.pairId], { requestId: terms.requestId });
        write(tx, slotKey(own.agreement.id, terms.slot), {
          requestId: terms.requestId,
          takenUntil: terms.expiresAt,
        } satisfies SlotRecord);
        emit(tx, 'ComparisonRequested', { requestId: terms.requestId, pairId: terms.pairId });
        return {};
      },
    }),

    /** The key holder records her answer: the transient data `answer` becomes private data, its hash is public. */
    recordAnswer: define('quality', 'recordAnswer', guard, {
      input: byRequest,
      run: async (tx, { requestId }) => {
        const { request, agreement } = await requestForKeyHolder(tx, requestId);
        const bytes = tx.transient('answer');
        if (!bytes)
          throw new ContractError('bad-input', 'recordAnswer: the answer travels as transient data answer');
        const answer = parseAnswer(parseCanonical(bytes), agreement.bits);
        const { pairId, zHash } = request.terms;
        if (answer.requestId !== requestId || answer.pairId !== pairId || answer.zHash !== zHash) {
          throw new ContractError('bad-record', 'the answer is about another request');
        }
        const recorded: RequestRecord = { ...request, status: 'answered', answerHash: answerHash(answer) };
        if (sameRecord(request, recorded)) return {};
        requireOpen(tx, request);
        tx.putPrivate(ANSWERS, ['answer', requestId], bytes);
        write(tx, ['request', requestId], recorded);
        await keepSlot(tx, agreement.id, request, null);
        emit(tx, 'AnswerRecorded', { requestId, pairId });
        return {};
      },
    }),

    /** The evaluator records what it found of the answer's proof: once, and for good. */
    concludeAnswer: define('quality', 'concludeAnswer', guard, {
      input: withVerdict,
      run: async (tx, { requestId, verdict }) => {
        const request = await require<RequestRecord>(tx, ['request', requestId], 'unknown-request');
        if (tx.caller.company !== request.evaluator) {
          throw new ContractError('not-allowed', 'an answer is concluded by the company that asked');
        }
        if (request.status !== 'answered') {
          throw new ContractError('not-answered', `the request is ${request.status}`);
        }
        const concluded: RequestRecord = { ...request, verdict };
        if (sameRecord(request, concluded)) return {};
        if (request.verdict !== null) {
          throw new ContractError('answer-concluded', `the answer has been concluded as ${request.verdict}`);
        }
        write(tx, ['request', requestId], concluded);
        emit(tx, 'AnswerConcluded', { requestId, pairId: request.terms.pairId, verdict });
        return {};
      },
    }),

    /** The key holder ends a request without an answer; the slot is free again. */
    refuseRequest: define('quality', 'refuseRequest', guard, {
      input: byRequest,
      run: async (tx, { requestId }) => {
        const { request, agreement } = await requestForKeyHolder(tx, requestId);
        if (request.status === 'refused') return {};
        requireOpen(tx, request);
        write(tx, ['request', requestId], { ...request, status: 'refused' });
        await keepSlot(tx, agreement.id, request, 0);
        emit(tx, 'RequestRefused', { requestId, pairId: request.terms.pairId });
        return {};
      },
    }),
  };
}

export const requestQueries: Record<string, ContractFunction> = {
  getRequest: define('quality', 'getRequest', undefined, {
    input: byRequest,
    run: async (tx, { requestId }) => require<RequestRecord>(tx, ['request', requestId], 'unknown-request'),
  }),

  /** The answer itself, for members of the collection; null before it is recorded. */
  getAnswer: define('quality', 'getAnswer', undefined, {
    input: byRequest,
    run: async (tx, { requestId }): Promise<Answer | null> => {
      const bytes = await tx.getPrivate(ANSWERS, ['answer', requestId]);
      return bytes ? (parseCanonical(bytes) as Answer) : null;
    },
  }),

  getBudget: define('quality', 'getBudget', undefined, {
    input: z.strictObject({ agreementId: fields.randomId }),
    run: async (tx, { agreementId }): Promise<BudgetState> => {
      const { answerBudget } = (await governing(tx, agreementId)).agreement;
      const taken = new Set<number>();
      for (const { key, value } of await tx.range(['slot', agreementId])) {
        const slot = JSON.parse(new TextDecoder().decode(value)) as SlotRecord;
        if (isTaken(slot, tx.timestamp)) taken.add(Number(key.at(-1)));
      }
      const free = Array.from({ length: answerBudget }, (_, slot) => slot).find((slot) => !taken.has(slot));
      return { answerBudget, used: taken.size, freeSlot: free ?? null };
    },
  }),
};

/** Slots are keys of their own, not a counter: requests that have nothing to do with each other do not conflict. */
function slotKey(agreementId: string, slot: number): readonly ['slot', string, string] {
  return ['slot', agreementId, slot.toString().padStart(5, '0')];
}

function isTaken({ takenUntil }: SlotRecord, now: number): boolean {
  return takenUntil === null || takenUntil > now;
}

/** Ends or prolongs a request's hold of its slot, unless a later request has taken that meanwhile. */
async function keepSlot(
  tx: LedgerTransaction,
  agreementId: string,
  { terms: { requestId, slot } }: RequestRecord,
  takenUntil: number | null,
): Promise<void> {
  const key = slotKey(agreementId, slot);
  const held = await read<SlotRecord>(tx, key);
  if (held?.requestId === requestId) write(tx, key, { requestId, takenUntil } satisfies SlotRecord);
}

/** A request that no longer holds its pair: refused, or expired at this time. */
function endedUnanswered(request: RequestRecord | undefined, now: number): boolean {
  if (!request || request.status === 'refused') return true;
  return request.status === 'requested' && request.terms.expiresAt <= now;
}

/** The time from which a new request of the pair counts. @throws ContractError `request-live`, `bad-time` */
async function requireNoLiveRequest(tx: LedgerTransaction, pairId: string): Promise<number> {
  const live = await read<{ requestId: string }>(tx, ['live', pairId]);
  const last = live && (await read<RequestRecord>(tx, ['request', live.requestId]));
  const now = timeOfChange(tx, last?.requestedAt);
  if (!endedUnanswered(last, now)) {
    throw new ContractError('request-live', 'this pair has a request that is open or answered');
  }
  return now;
}

async function requireFreeSlot(
  tx: LedgerTransaction,
  agreementId: string,
  slot: number,
  budget: number,
): Promise<void> {
  if (slot >= budget) throw new ContractError('budget-exceeded', `the agreement has ${budget} answers`);
  const taken = await read<SlotRecord>(tx, slotKey(agreementId, slot));
  if (taken && isTaken(taken, tx.timestamp)) {
    throw new ContractError('slot-taken', `slot ${slot} of the budget is used`);
  }
}

async function requestForKeyHolder(
  tx: LedgerTransaction,
  requestId: string,
): Promise<{ request: RequestRecord; agreement: Agreement }> {
  const request = await require<RequestRecord>(tx, ['request', requestId], 'unknown-request');
  const pair = await pairOf(tx, request.terms.pairId);
  const { agreement } = await agreementOf(tx, pair.agreementHash);
  if (tx.caller.company !== agreement.keyHolder) {
    throw new ContractError('not-allowed', "a request is answered by its agreement's key holder");
  }
  return { request, agreement };
}

function requireOpen(tx: LedgerTransaction, request: RequestRecord): void {
  if (request.status !== 'requested')
    throw new ContractError('request-closed', `the request is ${request.status}`);
  if (request.terms.expiresAt <= timeOfChange(tx, request.requestedAt))
    throw new ContractError('request-expired', 'the request has expired');
}
