import { TacitError } from '@tacit/core';

/** Which rule a certificate breaks. */
export type CertificateErrorCode =
  | 'malformed'
  | 'wrong-curve'
  | 'not-issued-by-root'
  | 'not-valid-now'
  | 'not-a-leaf'
  | 'wrong-usage'
  | 'wrong-role';

/** A certificate that does not make its holder a member. Refused whole; there is no partial trust. */
export class CertificateError extends TacitError<CertificateErrorCode> {
  override readonly name = 'CertificateError';
}
