import { openForwardedEnvelope, type Envelope, type OpenOptions } from './envelope';
import { MessageError } from './errors';
import { readMessage, type AnswerRequest, type RefusalEvidence } from './messages';

export interface ProvenRefusal {
  /** MSP ID of the company that refused. */
  readonly keyHolder: string;
  /** The refusal's envelope id: tells evidence that is shown a second time. */
  readonly refusalId: string;
  readonly request: AnswerRequest;
  /** Both times are the signers' own, milliseconds UTC. */
  readonly requestedAt: number;
  readonly refusedAt: number;
}

/**
 * Checks what an evaluator shows to be credited: the key holder's signed refusal and the evaluator's own request that
 * it replies to, about the pair of the evidence. That the order is hers and the key holder owns the pair, the
 * servicer checks on the ledger.
 *
 * The refusal binds the request's id, not its content, and the evaluator can sign a second request of that id: a
 * refusal is worth one order, and the servicer must not take it twice.
 *
 * @param evaluator MSP ID of the verified sender of the evidence
 * @throws EnvelopeError for a bad enclosed envelope; MessageError `payload`, `evidence`
 */
export async function openRefusalEvidence(
  evidence: RefusalEvidence,
  evaluator: string,
  options: Omit<OpenOptions, 'me'>,
): Promise<ProvenRefusal> {
  const refusal = await openForwardedEnvelope(evidence.refusal, { ...options, me: evaluator });
  const keyHolder = refusal.from;
  const request = await openForwardedEnvelope(evidence.request, { ...options, me: keyHolder });
  const question = readRequest(request);
  const fits =
    readMessage(refusal).type === 'refusal' &&
    refusal.inReplyTo === request.id &&
    request.from === evaluator &&
    question.pairId === evidence.pairId;
  if (!fits) throw new MessageError('evidence', 'not a refusal of a request of this company about this pair');
  const { id: refusalId, issuedAt: refusedAt } = refusal;
  return { keyHolder, refusalId, request: question, requestedAt: request.issuedAt, refusedAt };
}

function readRequest(envelope: Envelope): AnswerRequest {
  const message = readMessage(envelope);
  if (message.type !== 'answer-request') throw new MessageError('evidence', 'no request is enclosed');
  return message.payload;
}
