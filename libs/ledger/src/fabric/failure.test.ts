import { Metadata, status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import { EndorseError, GatewayError, StatusCode } from '@hyperledger/fabric-gateway';
import { LedgerError, type EndorserFailure } from '../ledger';
import { failureOf, invalid } from './failure';

const A = 'ManufacturerA';
const B = 'ManufacturerB';
const TX = 'ab'.repeat(32);

const from = (mspId: string, message: string): EndorserFailure => ({
  mspId,
  address: `${mspId}:7051`,
  message,
});

const refusal = (code: string, message = 'because'): string =>
  `chaincode response 500, ${JSON.stringify({ code, message })}`;

function gatewayError(
  code: grpcStatus,
  details: readonly EndorserFailure[],
  message = 'failed',
): GatewayError {
  const cause: ServiceError = Object.assign(new Error(message), {
    code,
    details: message,
    metadata: new Metadata(),
  });
  return new EndorseError({ code, details: [...details], cause, transactionId: TX, message });
}

const endorsing = (code: grpcStatus, details: readonly EndorserFailure[], message?: string): LedgerError =>
  failureOf(gatewayError(code, details, message), { step: 'endorse', txId: TX, company: B });

describe('a failed endorsement', () => {
  it('by the own peer’s contract is a refusal with its code', () => {
    const endorsers = [from(B, refusal('budget-exceeded', 'the agreement has 2 answers'))];
    expect(endorsing(grpcStatus.ABORTED, endorsers)).toMatchObject({
      code: 'refused',
      contractCode: 'budget-exceeded',
      message: 'the agreement has 2 answers',
      step: 'endorse',
      txId: TX,
      endorsers,
      transient: false,
    });
  });

  it.each(['unavailable', 'not-a-member', 'unknown-function'])(
    'tells the chaincode’s %s as its own',
    (code) => {
      expect(endorsing(grpcStatus.ABORTED, [from(B, refusal(code))])).toMatchObject({ code });
    },
  );

  it('by another peer alone is a conflict: that peer is a block behind', () => {
    expect(endorsing(grpcStatus.ABORTED, [from(A, refusal('unknown-request'))])).toMatchObject({
      code: 'conflict',
      contractCode: undefined,
      transient: true,
    });
  });

  it('by both is the own peer’s refusal', () => {
    const both = [from(A, refusal('request-live')), from(B, refusal('request-expired'))];
    expect(endorsing(grpcStatus.ABORTED, both)).toMatchObject({
      code: 'refused',
      contractCode: 'request-expired',
    });
  });

  it.each<[string, grpcStatus, string, string]>([
    ['different results', grpcStatus.ABORTED, 'ProposalResponsePayloads do not match', 'conflict'],
    ['a wrong clock', grpcStatus.ABORTED, 'request unauthorized due to incorrect timestamp', 'bad-proposal'],
    [
      'an expired certificate',
      grpcStatus.ABORTED,
      'proposal client identity expired 2 h ago',
      'bad-proposal',
    ],
    [
      'a stranger',
      grpcStatus.ABORTED,
      'access denied: channel [quality] creator org unknown',
      'not-a-member',
    ],
    ['a chaincode that is gone', grpcStatus.ABORTED, 'error in simulation: could not launch', 'unavailable'],
    [
      'text that only looks like a refusal',
      grpcStatus.ABORTED,
      'chaincode response 500, {"code":1}',
      'unavailable',
    ],
    ['a refusal that is no JSON', grpcStatus.ABORTED, 'chaincode response 500, {oops}', 'unavailable'],
  ])('by %s', (_, grpcCode, message, code) => {
    expect(endorsing(grpcCode, [from(B, message)])).toMatchObject({ code, endorsers: [{ message }] });
  });

  it.each<[string, grpcStatus, string, string]>([
    ['no peer', grpcStatus.UNAVAILABLE, 'failed to connect', 'unavailable'],
    ['no time', grpcStatus.DEADLINE_EXCEEDED, 'deadline exceeded', 'unavailable'],
    ['no endorsers', grpcStatus.FAILED_PRECONDITION, 'no combination of peers can be derived', 'unavailable'],
    ['no room', grpcStatus.RESOURCE_EXHAUSTED, 'too many requests', 'unavailable'],
    ['no right', grpcStatus.PERMISSION_DENIED, 'denied', 'not-a-member'],
    ['no sense', grpcStatus.INVALID_ARGUMENT, 'no channel id', 'bad-proposal'],
  ])('for lack of %s', (what, grpcCode, message, code) => {
    expect([what, endorsing(grpcCode, [], message)]).toMatchObject([what, { code, endorsers: [] }]);
  });
});

it.each(['submit', 'commit-status'] as const)(
  'a failed %s leaves the outcome unknown, whatever failed',
  (step) => {
    for (const code of [grpcStatus.INVALID_ARGUMENT, grpcStatus.UNAVAILABLE, grpcStatus.PERMISSION_DENIED]) {
      expect(failureOf(gatewayError(code, [from(A, refusal('x'))]), { step, txId: TX })).toMatchObject({
        code: 'unavailable',
        step,
        txId: TX,
        transient: true,
      });
    }
  },
);

it('a LedgerError and an error of any other kind keep their place', () => {
  const own = new LedgerError('unknown-function', 'no');
  expect(failureOf(own, { step: 'evaluate' })).toBe(own);
  for (const other of [new Error('no'), 'no', undefined]) {
    expect(failureOf(other, { step: 'events' })).toMatchObject({ code: 'unavailable', step: 'events' });
  }
});

it.each([
  ['MVCC_READ_CONFLICT', 'conflict'],
  ['PHANTOM_READ_CONFLICT', 'conflict'],
  ['CHAINCODE_VERSION_CONFLICT', 'conflict'],
  ['EXPIRED_CHAINCODE', 'conflict'],
  ['ENDORSEMENT_POLICY_FAILURE', 'bad-proposal'],
  ['DUPLICATE_TXID', 'bad-proposal'],
] as const)('a transaction that is not valid for %s is a %s', (verdict, code) => {
  expect(invalid(StatusCode[verdict], TX)).toMatchObject({
    code,
    step: 'commit',
    txId: TX,
    message: expect.stringContaining(verdict) as string,
  });
});
