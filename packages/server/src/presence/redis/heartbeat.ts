import { EarshotError } from '@earshot/shared';
import type { Logger } from '../../observe/logger.ts';
import { replyCode } from '../../redis/replyError.ts';

/** Runs a task periodically and on demand, one run at a time. */
export class Heartbeat {
  readonly #task: () => Promise<void>;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  #stopped = false;
  #lastRefusal = '';

  constructor({ everyMs, log, task }: { everyMs: number; log: Logger; task: () => Promise<void> }) {
    this.#task = task;
    this.#log = log;
    this.#timer = setInterval(() => this.beat(), everyMs);
    this.#timer.unref();
  }

  beat(): void {
    if (this.#running || this.#stopped) return;
    this.#running = this.#task()
      .then(() => {
        this.#lastRefusal = '';
      })
      .catch((error: unknown) => this.#logRefusal(error))
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when the current run has finished. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Logs once that Redis refuses commands, until they succeed again. A lost connection is logged by the connection. */
  #logRefusal(error: unknown): void {
    const cause = error instanceof EarshotError ? error.cause : error;
    if (!(cause instanceof Error) || replyCode(cause) === null || cause.message === this.#lastRefusal) return;
    this.#lastRefusal = cause.message;
    this.#log.error(
      { reason: cause.message },
      'presence: Redis rejects a command (check the Redis user’s rights and the server’s version)',
    );
  }
}
