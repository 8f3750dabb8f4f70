import { ANSWERS } from '@tacit/contracts';
import type { ChannelDefinition } from '../../tools/companies';

/** A record counts when the peers of all members of its channel have computed it. */
export function endorsementPolicyOf({ members }: ChannelDefinition): string {
  return `AND(${members.map((mspId) => `'${mspId}.peer'`).join(',')})`;
}

export interface Collection {
  readonly name: string;
  readonly policy: string;
  readonly requiredPeerCount: number;
  readonly maxPeerCount: number;
  readonly blockToLive: number;
  readonly memberOnlyRead: boolean;
  readonly memberOnlyWrite: boolean;
}

/** The private data of a channel; undefined where there is none. */
export function collectionsOf({ purpose, members }: ChannelDefinition): readonly Collection[] | undefined {
  if (purpose !== 'quality') return undefined;
  return [
    {
      name: ANSWERS,
      policy: `OR(${members.map((mspId) => `'${mspId}.member'`).join(',')})`,
      // Every member's peer endorses, so each has the data before the transaction exists: nobody has to wait for
      // a push to the others.
      requiredPeerCount: 0,
      maxPeerCount: members.length - 1,
      blockToLive: 0,
      memberOnlyRead: true,
      memberOnlyWrite: true,
    },
  ];
}
