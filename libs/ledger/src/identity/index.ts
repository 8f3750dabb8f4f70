export * from './certificate-error';
export {
  createCompanyIdentity,
  identityFor,
  isMspId,
  loadCompanyIdentity,
  type CompanyIdentity,
  type DevCompanyIdentity,
  type Identity,
} from './company-identity';
export { loadMspIdentity, type MspFolders } from './msp-identity';
export { verifyMember, type Member, type MemberRole } from './verify-member';
