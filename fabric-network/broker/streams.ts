import {
  AckPolicy,
  DiscardPolicy,
  ErrorCode,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type NatsConnection,
  type StreamConfig,
} from 'nats';
import { ACK_WAIT_MS, MAX_BATCH_BYTES, streamsOf } from '@tacit/messaging';
import { batchSubjects, deadLetterSubjects } from './permissions';

const MAX_STREAM_BYTES = 256 * 1024 * 1024;
/** How long the server itself drops a message with a known `Nats-Msg-Id`; the database does so for ever. */
const DUPLICATE_WINDOW_MS = 120_000;

/**
 * Creates the streams of these companies and the consumers through which their applications read, or brings those
 * that are there up to date. What is full takes nothing more: nothing that was accepted is dropped for something new.
 */
export async function provisionStreams(
  connection: NatsConnection,
  companies: readonly string[],
): Promise<void> {
  const manager = await connection.jetstreamManager();
  for (const company of companies) {
    const { batches, deadLetters, consumer } = streamsOf(company);
    const common = {
      storage: StorageType.File,
      num_replicas: 1,
      discard: DiscardPolicy.New,
      max_bytes: MAX_STREAM_BYTES,
    };
    await putStream(manager, {
      ...common,
      name: batches,
      subjects: batchSubjects(company),
      // What was acknowledged is gone: a batch does not lie at the broker longer than it has to.
      retention: RetentionPolicy.Workqueue,
      max_msg_size: MAX_BATCH_BYTES,
      duplicate_window: nanos(DUPLICATE_WINDOW_MS),
    });
    await putStream(manager, {
      ...common,
      name: deadLetters,
      subjects: [deadLetterSubjects(company)],
      retention: RetentionPolicy.Limits,
      // A batch that is given up twice, because the first time ended in a crash, is one dead letter.
      max_msgs_per_subject: 1,
    });
    await manager.consumers.add(batches, {
      durable_name: consumer,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(ACK_WAIT_MS),
      // One after the other: readings are in the order of their times.
      max_ack_pending: 1,
      max_deliver: -1,
    });
  }
}

async function putStream(
  manager: JetStreamManager,
  config: Partial<StreamConfig> & { readonly name: string },
): Promise<void> {
  try {
    await manager.streams.info(config.name);
  } catch (error) {
    if (!(error instanceof NatsError) || error.code !== (ErrorCode.JetStream404NoMessages as string))
      throw error;
    await manager.streams.add(config);
    return;
  }
  await manager.streams.update(config.name, config);
}
