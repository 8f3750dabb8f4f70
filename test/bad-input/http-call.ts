import { Agent, request, type OutgoingHttpHeaders } from 'node:http';

/** A request as bytes, with nothing added or put right on the way. */
export interface HttpCall {
  readonly method: string;
  /** As it stands in the request line. */
  readonly path: string;
  readonly body?: Buffer | string;
  readonly headers?: OutgoingHttpHeaders;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

const TIMEOUT_MS = 30_000;
const agent = new Agent({ keepAlive: true });

export function call(url: string, { method, path, body, headers = {} }: HttpCall): Promise<HttpAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path, headers, agent, timeout: TIMEOUT_MS };
    const outgoing = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
