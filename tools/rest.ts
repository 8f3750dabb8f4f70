import { ToolError } from './tool';

/** Any HTTP answer, read to its end. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when the answer is JSON, the text otherwise. */
  readonly body: unknown;
}

export interface RestRequest {
  /** JSON unless it is a string, which is sent as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A list as every company's API returns it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

const TIMEOUT_MS = 60_000;

/** A company answered with an error; the message is the problem's own, with its next step. */
export class RestError extends ToolError {
  override readonly name = 'RestError';
  readonly code: string | undefined;

  constructor(
    call: string,
    readonly status: number,
    readonly body: unknown,
  ) {
    const problem = (typeof body === 'object' ? body : undefined) as
      Record<string, unknown> | null | undefined;
    const text = [problem?.['title'], problem?.['detail'], problem?.['next']].filter(
      (part, at, all) => typeof part === 'string' && all.indexOf(part) === at,
    );
    const errors = problem?.['errors'] === undefined ? '' : ` ${JSON.stringify(problem['errors'])}`;
    super(`${call} → ${status}: ${text.join('. ')}${errors}`);
    this.code = typeof problem?.['code'] === 'string' ? problem['code'] : undefined;
  }
}

/** One company's API. */
export class RestClient {
  constructor(readonly url: string) {}

  /** @throws RestError for any status from 400 on */
  get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path, {});
  }

  /** @throws RestError for any status from 400 on */
  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#call<T>('POST', path, { body });
  }

  /** @throws RestError for any status from 400 on */
  put<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>('PUT', path, { body });
  }

  /** Every item of a list, over all its pages. */
  async list<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let next: string | null = null;
    do {
      const cursor: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
      const page: Page<T> = await this.get(`${path}${path.includes('?') ? '&' : '?'}limit=100${cursor}`);
      items.push(...page.items);
      next = page.next;
    } while (next !== null);
    return items;
  }

  /** Sends anything and returns whatever comes back, errors included. */
  async request(method: string, path: string, { body, headers = {} }: RestRequest = {}): Promise<RestAnswer> {
    const init: RequestInit = { method, headers: { ...headers }, signal: AbortSignal.timeout(TIMEOUT_MS) };
    if (body !== undefined) {
      init.body = typeof body === 'string' ? body : JSON.stringify(body);
      init.headers = { 'content-type': 'application/json', ...headers };
    }
    const response = await fetch(`${this.url}${path}`, init);
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  async #call<T>(method: string, path: string, request: RestRequest): Promise<T> {
    const { status, body } = await this.request(method, path, request);
    if (status >= 400) throw new RestError(`${method} ${this.url}${path}`, status, body);
    return body as T;
  }
}
