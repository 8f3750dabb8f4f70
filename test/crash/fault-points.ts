/** A job dies after its slow work, whose effect may have left the process, and after its transaction. */
const jobs = (...kinds: readonly string[]): string[] =>
  kinds.flatMap((kind) => [`${kind}.handled`, `${kind}.committed`]);
const events = (...names: readonly string[]): string[] =>
  names.flatMap((name) => [`event.${name}.before-commit`, `event.${name}.committed`]);
const inbox = (...types: readonly string[]): string[] =>
  types.flatMap((type) => [
    `inbox.${type}.before-commit`,
    `inbox.${type}.committed`,
    ...jobs(`receive:${type}`),
  ]);

/** Fault points of each company, in the order in which a comparison reaches them. */
export type FaultPlan = Readonly<Record<string, readonly string[]>>;

/** From a reading at B to an outcome at A: every state of a comparison that ends in a verified answer. */
export const ANSWERED: FaultPlan = {
  ManufacturerB: [
    ...jobs('pair.encrypt'),
    'pair.encrypt.key-taken',
    ...jobs('submit:publishPair', 'submit:publishXor'),
    ...inbox('answer-request'),
    ...jobs('request.answer', 'submit:recordAnswer', 'send:answer', 'answer.cross-check'),
    ...events('AnswerConcluded'),
  ],
  ServicerS: [
    ...events('XorPublished'),
    ...jobs('catalogue.list'),
    ...events('OrderPlaced'),
    ...jobs('order.read', 'order.deliver', 'send:xor-delivery', 'submit:recordDelivery'),
    ...events('ReceiptConfirmed'),
  ],
  ManufacturerA: [
    ...events('PairPublished'),
    ...jobs('pair.read', 'comparison.order', 'submit:placeOrder'),
    ...inbox('xor-delivery'),
    ...jobs('submit:confirmReceipt', 'comparison.evaluate', 'comparison.request', 'submit:requestComparison'),
    ...jobs('send:answer-request'),
    ...events('AnswerRecorded'),
    ...jobs('comparison.conclude', 'comparison.verify', 'submit:concludeAnswer'),
    ...inbox('answer'),
  ],
};

/** From a request that B refuses to the credit at S. */
export const DECLINED: FaultPlan = {
  ManufacturerB: jobs('request.refuse', 'submit:refuseRequest', 'send:refusal'),
  ManufacturerA: [...events('RequestRefused'), ...inbox('refusal'), ...jobs('send:refusal-evidence')],
  ServicerS: [...inbox('refusal-evidence'), ...jobs('submit:creditOrder'), ...events('OrderCredited')],
};
