/**
 * Preloaded into every company's process that the launcher starts: when the launcher is gone, however it ended, the
 * channel between them closes and the company stops too. Nothing of this is part of the product.
 */
import { isMainThread } from 'node:worker_threads';

const GRACE_MS = 10_000;

if (isMainThread && process.channel !== undefined) {
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
  });
  process.channel.unref();
}
