export * from './certificate-error';
export * from './company-identity';
export { verifyMember, type Member, type MemberRole } from './verify-member';
