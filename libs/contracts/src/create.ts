import type { AdditiveScheme } from '@tacit/core';
import { PAILLIER_PROFILES, paillierScheme } from '@tacit/paillier';
import type { Contract } from './contract';
import { ContractError } from './errors';
import { allowAll, type PolicyGuard } from './policy';
import { qualityContract } from './quality';
import { salesContract } from './sales';
import { xorContract } from './xor';

export interface ContractOptions {
  /** The profiles that may be used; both full-size Paillier profiles unless told. */
  readonly schemes?: readonly AdditiveScheme[];
  readonly guard?: PolicyGuard;
}

/** One contract per channel purpose. The same functions run on the dev ledger and in Fabric's chaincode. */
export function createContracts({
  schemes = PAILLIER_PROFILES.map(paillierScheme),
  guard = allowAll,
}: ContractOptions = {}): readonly Contract[] {
  const byProfile = new Map(schemes.map((scheme) => [scheme.profile, scheme]));
  const schemeOf = (profile: string): AdditiveScheme => {
    const scheme = byProfile.get(profile);
    if (!scheme)
      throw new ContractError('unknown-profile', `this network does not use profile ${profile.slice(0, 32)}`);
    return scheme;
  };
  return [qualityContract(schemeOf, guard), xorContract(schemeOf, guard), salesContract(guard)];
}
