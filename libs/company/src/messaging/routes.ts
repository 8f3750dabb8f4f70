import type { ChannelPurpose } from '@tacit/contracts';
import { mayTravel, type MessageParty, type MessageType } from '@tacit/messaging';

const PURPOSES: readonly ChannelPurpose[] = ['quality', 'xor', 'sales'];
const PARTIES: readonly MessageParty[] = ['keyHolder', 'evaluator', 'servicer'];

/** Purposes of the channels whose members may send this type of message to a company that plays `to`. */
export function incomingPurposes(type: MessageType, to: MessageParty): readonly ChannelPurpose[] {
  return PURPOSES.filter((purpose) => PARTIES.some((from) => mayTravel(type, { purpose, from, to })));
}

/** Purposes of the channels to whose members a company that plays `from` may send this type of message. */
export function outgoingPurposes(type: MessageType, from: MessageParty): readonly ChannelPurpose[] {
  return PURPOSES.filter((purpose) => PARTIES.some((to) => mayTravel(type, { purpose, from, to })));
}
