import { TacitError } from '@tacit/core';
import type { ChannelPurpose } from '@tacit/contracts';
import { LedgerError, verifyMember, type ChannelInfo } from '@tacit/ledger';
import type { VerifyMember } from '@tacit/messaging';
import type { Membership } from '../ledger/membership';
import type { Partners } from '../partners/partners';

export type SenderErrorCode = 'unknown-sender' | 'no-shared-channel' | 'not-a-client' | 'not-registered';

/** The certificate does not speak for the company that the envelope names. */
export class SenderError extends TacitError<SenderErrorCode> {
  override readonly name = 'SenderError';
}

/** The ledger could not be asked: no verdict on the envelope, which is therefore not acknowledged. */
export class SenderUnverifiableError extends Error {
  override readonly name = 'SenderUnverifiableError';
}

/**
 * Judges a sender by the channels that are shared with it: the certificate is issued under the roots that the
 * channel's configuration names, for a client, and registered on that channel by the sender's admin.
 * @param purposes collects what those channels are for
 */
export function senderCheck(
  me: string,
  partners: Partners,
  membership: Membership,
  purposes = new Set<ChannelPurpose>(),
): VerifyMember {
  return async (from, certificateDer, at) => {
    const partner = await partners.find(from);
    if (partner === null) throw new SenderError('unknown-sender', 'the sender is no partner');
    const joined = await ask(() => membership.channels());
    let error = new SenderError('no-shared-channel', 'no channel is shared with the sender');
    let fingerprint: string | undefined;
    for (const [purpose, name] of Object.entries(partner.channels) as [ChannelPurpose, string][]) {
      const channel = joined.find((info) => info.name === name);
      if (!channel?.members.includes(me) || !channel.members.includes(from)) continue;
      try {
        fingerprint = await verifyOn(channel, from, certificateDer, at, membership);
        purposes.add(purpose);
      } catch (cause) {
        if (!(cause instanceof SenderError)) throw cause;
        error = cause;
      }
    }
    if (fingerprint === undefined) throw error;
    return { fingerprint };
  };
}

async function verifyOn(
  channel: ChannelInfo,
  from: string,
  certificateDer: Uint8Array,
  at: number,
  membership: Membership,
): Promise<string> {
  const { role, fingerprint } = verifyMember(certificateDer, channel.roots[from] ?? [], new Date(at));
  if (role !== 'client') throw new SenderError('not-a-client', 'the certificate is not for a client');
  const member = await ask(() => membership.member(channel.name, from));
  if (member?.clientFingerprints.includes(fingerprint) !== true) {
    throw new SenderError('not-registered', 'the certificate is not registered on the shared channel');
  }
  return fingerprint;
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    if (cause instanceof LedgerError) {
      throw new SenderUnverifiableError('the ledger could not be asked about the sender', { cause });
    }
    throw cause;
  }
}
