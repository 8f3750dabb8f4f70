import {
  batchSubjectOf,
  deadLetterSubjectOf,
  MessageError,
  openSealed,
  sealBatch,
  streamsOf,
  type BatchKey,
  type BatchKind,
} from '@tacit/messaging';
import { headers, NatsError, type JsMsg, type MsgRequest, type NatsConnection, type StoredMsg } from 'nats';
import { refusalSchema, type Refusal } from './refusal';

/** The refusal's code, for whoever watches the dead letters. */
export const REASON_HEADER = 'Tacit-Reason';
/** A dead letter is the refusal, sealed like a batch, this, and the batch as it came. Headers end at 64 KiB. */
const SEPARATOR = '\n';

const NOT_FOUND = '404';

interface NextMsgRequest {
  readonly seq: number;
  readonly next_by_subj: string;
}

/** A batch that was refused; it stays until it is replayed or discarded. */
export interface DeadLetter {
  /** Its number in the stream of dead letters. */
  readonly number: number;
  readonly kind: BatchKind;
  readonly refusedAt: Date;
  /** Null when it cannot be opened with this key. */
  readonly refusal: Refusal | null;
}

/** A company's dead letters at the broker. */
export class DeadLetters {
  constructor(
    private readonly connection: NatsConnection,
    private readonly company: string,
    private readonly key: BatchKey,
  ) {}

  /** Stores a refused batch as it came; the same batch again is the same dead letter. */
  async add(kind: BatchKind, message: Pick<JsMsg, 'seq' | 'data'>, refusal: Refusal): Promise<void> {
    const reason = headers();
    reason.set(REASON_HEADER, refusal.code);
    const sealed = await sealBatch(refusal, this.key);
    const letter = Buffer.concat([Buffer.from(sealed + SEPARATOR), message.data]);
    const subject = deadLetterSubjectOf(this.company, kind, message.seq);
    await this.connection.jetstream().publish(subject, letter, { headers: reason });
  }

  /** All of them, the oldest first. */
  async list(): Promise<DeadLetter[]> {
    const letters: DeadLetter[] = [];
    for (let seq = 1; ;) {
      const stored = await this.#next(seq);
      if (stored === undefined) return letters;
      letters.push(await this.#read(stored));
      seq = stored.seq + 1;
    }
  }

  /**
   * Sends the batch to the application again, behind what is waiting there. It took no effect before, and if it does
   * now, then once, even when this is repeated after a crash.
   * @returns false when there is no such dead letter
   */
  async replay(number: number): Promise<boolean> {
    const stored = await this.#get(number);
    if (stored === undefined) return false;
    const subject = batchSubjectOf(this.company, kindOf(stored.subject));
    await this.connection.jetstream().publish(subject, partsOf(stored).batch);
    return this.discard(number);
  }

  /** Removes it for good. @returns false when there is no such dead letter */
  async discard(number: number): Promise<boolean> {
    if ((await this.#get(number)) === undefined) return false;
    const manager = await this.#manager();
    return manager.streams.deleteMessage(this.#stream, number);
  }

  async #read(stored: StoredMsg): Promise<DeadLetter> {
    const refusal = await this.#open(partsOf(stored).refusal);
    return { number: stored.seq, kind: kindOf(stored.subject), refusedAt: stored.time, refusal };
  }

  async #open(sealed: Uint8Array): Promise<Refusal | null> {
    try {
      return refusalSchema.safeParse(await openSealed(sealed, this.key)).data ?? null;
    } catch (error) {
      if (error instanceof MessageError) return null;
      throw error;
    }
  }

  get #stream(): string {
    return streamsOf(this.company).deadLetters;
  }

  #get(seq: number): Promise<StoredMsg | undefined> {
    return this.#query({ seq });
  }

  #next(seq: number): Promise<StoredMsg | undefined> {
    return this.#query({ seq, next_by_subj: `tacit.dead.${this.company}.>` });
  }

  /** The package's types leave out the search for the next message, which the server and the code know. */
  async #query(query: MsgRequest | NextMsgRequest): Promise<StoredMsg | undefined> {
    try {
      const manager = await this.#manager();
      return await manager.streams.getMessage(this.#stream, query);
    } catch (error) {
      if (error instanceof NatsError && error.code === NOT_FOUND) return undefined;
      throw error;
    }
  }

  #manager(): ReturnType<NatsConnection['jetstreamManager']> {
    // Its check asks for more of JetStream's API than a company may use.
    return this.connection.jetstreamManager({ checkAPI: false });
  }
}

function partsOf({ data }: StoredMsg): { refusal: Uint8Array; batch: Uint8Array } {
  const end = data.indexOf(SEPARATOR.charCodeAt(0));
  return { refusal: data.subarray(0, end), batch: data.subarray(end + 1) };
}

/** The broker lets nothing else into the stream than this company's own subjects. */
function kindOf(subject: string): BatchKind {
  return subject.split('.')[3] as BatchKind;
}
