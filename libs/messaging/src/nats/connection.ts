import { readFileSync } from 'node:fs';
import { usernamePasswordAuthenticator, type ConnectionOptions } from 'nats';
import { TransportError } from '../errors';
import { replyPrefixOf } from '../subjects';

/** One user's way to the broker. */
export interface NatsConnectionOptions {
  /** As in `tls://localhost:4222`. */
  readonly servers: readonly string[];
  /** PEM file of the authority that issued the broker's certificate. */
  readonly ca: string;
  /** A company's MSP ID, or that with `-erp`. */
  readonly user: string;
  /** Read at every connection, so that a changed password needs no restart. */
  readonly passwordFile: string;
}

/** How long one attempt to connect may take, milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
/** A connection that says nothing for twice this long is dead, milliseconds. */
const PING_INTERVAL_MS = 10_000;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/**
 * Options of the `nats` package, which Nest's NATS transport passes on: TLS always, and replies on subjects that only
 * this user may read. A lost connection is over; who needs one opens another.
 * @throws TransportError `bad-config` when a file cannot be read
 */
export function connectionOptions({
  servers,
  ca,
  user,
  passwordFile,
}: NatsConnectionOptions): ConnectionOptions {
  readText(passwordFile, 'passwordFile');
  return {
    servers: [...servers],
    name: user,
    tls: { ca: readText(ca, 'ca') },
    authenticator: usernamePasswordAuthenticator(user, () => readText(passwordFile, 'passwordFile').trim()),
    inboxPrefix: replyPrefixOf(user),
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
    // When the broker is slow to speak, the package gives an attempt up but leaves its socket open, takes the end of
    // that socket for the end of the connection that it has made meanwhile, and makes one more beside it. Both then
    // take messages, one answers, and the broker lets no answer pass to what the other took.
    reconnect: false,
    // The servers are those of the configuration, not those that a server names.
    ignoreClusterUpdates: true,
  };
}

/**
 * Milliseconds before the next attempt: 100 ms doubled each time up to 5 s, of which the second half is random. A
 * time of calm starts anew.
 */
export function reconnectDelays(
  now: () => number = Date.now,
  random: () => number = Math.random,
): () => number {
  let whole = FIRST_DELAY_MS;
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const calm = now() - last > 2 * (LONGEST_DELAY_MS + CONNECT_TIMEOUT_MS);
    whole = calm ? FIRST_DELAY_MS : Math.min(2 * whole, LONGEST_DELAY_MS);
    last = now();
    return Math.floor(whole / 2 + (whole / 2) * random());
  };
}

function readText(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TransportError('bad-config', `nats.${setting}: ${file} cannot be read`, { cause });
  }
}
