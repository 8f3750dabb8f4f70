/** Injection tokens of what has no class of its own. */

/** CompanyConfig */
export const COMPANY_CONFIG = Symbol('CompanyConfig');
/** Ledger */
export const LEDGER = Symbol('Ledger');
/** Log */
export const LOG = Symbol('Log');
/** CompanyIdentity */
export const IDENTITY = Symbol('CompanyIdentity');
