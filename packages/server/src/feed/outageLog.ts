import type { Logger } from '../observe/logger.ts';

/** Logs once when a service stops responding and once when it responds again, however many calls fail in between. */
export class OutageLog {
  readonly #log: Logger;
  readonly #service: string;
  #failingSince: number | undefined;

  constructor(log: Logger, service: string) {
    this.#log = log;
    this.#service = service;
  }

  onFailure(error: unknown): void {
    if (this.#failingSince !== undefined) return;
    this.#failingSince = performance.now();
    this.#log.warn(
      { err: error },
      `${this.#service} unreachable: reads and deliveries are retried (check the connection to the ${this.#service})`,
    );
  }

  onSuccess(): void {
    if (this.#failingSince === undefined) return;
    const ms = Math.round(performance.now() - this.#failingSince);
    this.#failingSince = undefined;
    this.#log.info({ ms }, `${this.#service} reachable again`);
  }
}
