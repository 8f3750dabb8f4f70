import { X509Certificate } from 'node:crypto';
import * as net from 'node:net';
import * as tls from 'node:tls';
import { fail, ok, warn, type Finding } from './finding';

const DAY_MS = 86_400_000;
/** Renewal takes two companies and their calendars. */
const WARN_DAYS = 30;
const HANDSHAKE_TIMEOUT_MS = 5_000;

/** Says until when a certificate is valid. @param certificate PEM or DER @param now milliseconds UTC */
export function expiryOf(name: string, certificate: string | Buffer, now: number): Finding {
  const { validFrom, validTo } = new X509Certificate(certificate);
  const days = Math.floor((Date.parse(validTo) - now) / DAY_MS);
  const text = `${name} is valid until ${new Date(validTo).toISOString().slice(0, 10)} (${days} days)`;
  if (Date.parse(validFrom) > now)
    return fail(`${name} is valid only from ${validFrom}`, 'set the clock right');
  if (days < 0)
    return fail(`${name} has expired on ${validTo}`, 'renew it with the authority that issued it');
  return days < WARN_DAYS ? warn(text, 'have it renewed by the authority that issued it') : ok(text);
}

export interface TlsServer {
  readonly host: string;
  readonly port: number;
  /** PEM of the roots that are trusted. */
  readonly roots: string;
  /** Name in the certificate. */
  readonly serverName: string;
  /** The server speaks first, in plain text, and starts TLS after that line, as NATS does. */
  readonly plainGreeting?: boolean;
}

/** The certificate that a server shows, in DER, verified against the roots and the name. @throws Error */
export async function certificateOf(server: TlsServer): Promise<Buffer> {
  const socket = net.connect(server.port, server.host);
  const abort = setTimeout(() => socket.destroy(new Error('no answer in time')), HANDSHAKE_TIMEOUT_MS);
  try {
    if (server.plainGreeting === true) await once(socket, 'data');
    const secure = tls.connect({
      socket,
      ca: server.roots,
      // An IP address is no server name (RFC 6066); the certificate is checked against it all the same.
      ...(net.isIP(server.serverName) === 0 && { servername: server.serverName }),
      checkServerIdentity: (_host, certificate) => tls.checkServerIdentity(server.serverName, certificate),
      ALPNProtocols: ['h2'],
    });
    await once(secure, 'secureConnect');
    return secure.getPeerCertificate().raw;
  } finally {
    clearTimeout(abort);
    socket.destroy();
  }
}

function once(emitter: net.Socket, event: 'data' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    emitter.once(event, () => {
      resolve();
    });
    emitter.once('error', reject);
    emitter.once('close', () => {
      reject(new Error('the connection was closed'));
    });
  });
}
