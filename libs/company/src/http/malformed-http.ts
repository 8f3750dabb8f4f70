import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEMS } from './problem-codes';

/** Bytes that are no HTTP never become a request; their sender is told so in the form of every other problem. */
export function answerMalformedHttp(server: Server): void {
  const { status, title, next } = PROBLEMS['bad-request'];
  const detail = 'the bytes received are not an HTTP request, or its head is too large or too slow';
  const body = JSON.stringify({ type: 'about:blank', code: 'bad-request', title, status, detail, next });
  const answer = [
    `HTTP/1.1 ${status} Bad Request`,
    'Connection: close',
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
  server.on('clientError', (_error: Error, socket: Duplex) => {
    if (socket.writable) socket.end(answer);
    else socket.destroy();
  });
}
