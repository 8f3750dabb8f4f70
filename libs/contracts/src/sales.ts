// The channel `sales` between servicer and evaluator: customers, the price, orders of XOR records.
import { fields } from '@tacit/comparison';
import { equalBytes, fromBase64url, toBase64url, transcriptHash } from '@tacit/core';
import { z } from 'zod';
import type { Contract } from './contract';
import { define } from './define';
import { directory } from './directory';
import { ContractError } from './errors';
import { timeOfChange } from './ledger-time';
import { changeOrder, lastChange, lastOrderId, readOrder, writeOrder } from './order-records';
import { orderState } from './orders';
import type { PolicyGuard } from './policy';
import { emit, read, sameRecord, write } from './records';
import type { LedgerTransaction } from './transaction';

/** An order is delivered and confirmed, or ends, within thirty days. */
export const MAX_ORDER_LIFETIME = 30 * 24 * 3_600_000;

const amount = z.strictObject({
  /** Cents, pence, yen: the smallest unit of the currency. */
  minorUnits: z.int().min(0).max(1_000_000_000),
  currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code'),
});
export type Amount = z.infer<typeof amount>;

/** Price of one pair's XOR record on this channel. */
export interface PriceRecord extends Amount {
  readonly servicer: string;
}

interface CustomerRecord {
  readonly customer: string;
  readonly servicer: string;
  readonly credentialHash: string;
}

const placement = z.strictObject({
  orderId: fields.randomId,
  pairId: fields.randomId,
  servicer: fields.companyId,
  price: amount,
  deadline: fields.time,
});

const byOrder = z.strictObject({ orderId: fields.randomId });

/** H("credential", 32 random bytes) as base64url; what a servicer records of the credential that it issued. */
export function credentialHash(credential: Uint8Array): string {
  return toBase64url(transcriptHash('credential', credential));
}

export function salesContract(guard: PolicyGuard): Contract {
  const { registerMember, getMember } = directory('sales', guard);
  return {
    purpose: 'sales',
    transactions: {
      registerMember,

      registerCustomer: define('sales', 'registerCustomer', guard, {
        input: z.strictObject({ customer: fields.companyId, credentialHash: fields.hash }),
        run: async (tx, input) => {
          const existing = await read<CustomerRecord>(tx, ['customer', input.customer]);
          const record: CustomerRecord = { ...input, servicer: tx.caller.company };
          if (input.customer === record.servicer || (existing && existing.servicer !== record.servicer)) {
            throw new ContractError('not-allowed', 'customers are registered by their servicer');
          }
          if (existing && sameRecord(existing, record)) return {};
          write(tx, ['customer', input.customer], record);
          emit(tx, 'CustomerRegistered', { customer: input.customer });
          return {};
        },
      }),

      setPrice: define<Amount>('sales', 'setPrice', guard, {
        input: amount,
        run: async (tx, input) => {
          const existing = await read<PriceRecord>(tx, ['price', tx.caller.company]);
          const record: PriceRecord = { ...input, servicer: tx.caller.company };
          if (existing && sameRecord(existing, record)) return {};
          write(tx, ['price', tx.caller.company], record);
          emit(tx, 'PriceSet', record);
          return {};
        },
      }),

      /**
       * A customer orders one pair's XOR record. The servicer's credential travels as transient data `credential`,
       * so a stolen signing key alone buys nothing. A repeated order is the same order.
       */
      placeOrder: define('sales', 'placeOrder', guard, {
        input: placement,
        exposure: ({ servicer, price }) => ({ recipient: servicer, amount: price.minorUnits }),
        run: async (tx, input) => {
          const customer = tx.caller.company;
          await requireCredential(tx, customer, input.servicer);
          const lastId = await lastOrderId(tx, customer, input.pairId);
          const last = lastId === undefined ? undefined : await readOrder(tx, lastId);
          const now = timeOfChange(tx, last && lastChange(last));
          if (last && !['refused', 'credited', 'expired', 'disputed'].includes(orderState(last, now))) {
            return { orderId: last.orderId };
          }
          if (await read(tx, ['order', input.orderId])) {
            throw new ContractError('order-exists', 'another order has this identifier');
          }
          const price = await read<PriceRecord>(tx, ['price', input.servicer]);
          if (!price) throw new ContractError('no-price', 'the servicer has set no price on this channel');
          if (!sameRecord(price, { ...input.price, servicer: input.servicer })) {
            throw new ContractError('wrong-price', `the price is ${price.minorUnits} ${price.currency}`);
          }
          if (input.deadline <= now || input.deadline > now + MAX_ORDER_LIFETIME) {
            throw new ContractError('bad-input', "an order's deadline lies within thirty days");
          }
          writeOrder(tx, { ...input, customer, orderedAt: now });
          emit(tx, 'OrderPlaced', { orderId: input.orderId, pairId: input.pairId });
          return { orderId: input.orderId };
        },
      }),

      /**
       * The servicer has sent the record. Without it a passed deadline ends the order instead of charging it; noted
       * after it, or for an order in whose place there is another, it would charge for what was given up.
       */
      recordDelivery: define('sales', 'recordDelivery', guard, {
        input: byOrder,
        run: (tx, { orderId }) =>
          changeOrder(tx, orderId, {
            party: 'servicer',
            note: 'delivery',
            event: 'DeliveryRecorded',
            // A receipt charges by itself, so it does not matter here.
            reads: ['delivery', 'end'],
            make: async (order, now) => {
              if (order.deliveredAt !== null || order.ended !== null) return undefined;
              const last = await lastOrderId(tx, order.customer, order.pairId);
              if (orderState(order, now) === 'expired' || last !== orderId) {
                throw new ContractError('order-closed', 'the order has expired');
              }
              return { at: now };
            },
          }),
      }),

      /** The customer has received what the key holder's hash names; this makes the charge. */
      confirmReceipt: define('sales', 'confirmReceipt', guard, {
        input: byOrder,
        run: (tx, { orderId }) =>
          changeOrder(tx, orderId, {
            party: 'customer',
            note: 'receipt',
            event: 'ReceiptConfirmed',
            reads: ['receipt', 'end'],
            make: async (order, now) => {
              if (order.receivedAt !== null) return undefined;
              if (order.ended !== null) throw new ContractError('order-closed', 'the order has ended');
              return { at: now };
            },
          }),
      }),

      disputeOrder: define('sales', 'disputeOrder', guard, {
        input: byOrder.extend({ reason: z.string().min(1).max(200) }),
        run: (tx, { orderId, reason }) =>
          changeOrder(tx, orderId, {
            party: 'customer',
            note: 'end',
            event: 'OrderDisputed',
            make: async (order, now) => {
              if (order.ended?.state === 'disputed') return undefined;
              const state = orderState(order, now);
              if (state !== 'ordered' && state !== 'delivered') {
                throw new ContractError('order-closed', `the order is ${state}`);
              }
              return { state: 'disputed', reason };
            },
          }),
      }),

      /** The servicer cannot sell this record to this customer. */
      refuseOrder: define('sales', 'refuseOrder', guard, {
        input: byOrder,
        run: (tx, { orderId }) =>
          changeOrder(tx, orderId, {
            party: 'servicer',
            note: 'end',
            event: 'OrderRefused',
            make: async (order, now) => {
              if (order.ended?.state === 'refused') return undefined;
              const state = orderState(order, now);
              if (state !== 'ordered') throw new ContractError('order-closed', `the order is ${state}`);
              return { state: 'refused', reason: 'not-for-sale' };
            },
          }),
      }),

      /** The servicer gives the price back: the key holder refused an answer that the record was bought for. */
      creditOrder: define('sales', 'creditOrder', guard, {
        input: byOrder.extend({ refusalHash: fields.hash }),
        run: (tx, { orderId, refusalHash }) =>
          changeOrder(tx, orderId, {
            party: 'servicer',
            note: 'end',
            event: 'OrderCredited',
            make: async (order) => {
              if (order.ended?.state === 'credited') return undefined;
              if (order.ended) throw new ContractError('order-closed', `the order is ${order.ended.state}`);
              return { state: 'credited', reason: refusalHash };
            },
          }),
      }),
    },
    queries: {
      getMember,
      getPrice: define('sales', 'getPrice', undefined, {
        input: z.strictObject({ servicer: fields.companyId }),
        run: async (tx, { servicer }) => (await read<PriceRecord>(tx, ['price', servicer])) ?? null,
      }),
      getOrder: define('sales', 'getOrder', undefined, {
        input: byOrder,
        run: (tx, { orderId }) => readOrder(tx, orderId),
      }),
    },
  };
}

async function requireCredential(tx: LedgerTransaction, customer: string, servicer: string): Promise<void> {
  const record = await read<CustomerRecord>(tx, ['customer', customer]);
  if (record?.servicer !== servicer) {
    throw new ContractError('unknown-customer', 'the servicer has not registered this customer');
  }
  const credential = tx.transient('credential');
  const presented = fromBase64url(credentialHash(credential ?? new Uint8Array()));
  if (!equalBytes(presented, fromBase64url(record.credentialHash))) {
    throw new ContractError('wrong-credential', 'this is not the credential that the servicer issued');
  }
}
