import type { Logger } from '../observe/logger.ts';

/** The effect of an outage, for the operator. A failed publish is not retried: the comparison with the store finds its change. */
const effects = {
  store: 'reads are retried',
  broker: 'failed publishes are not retried, other instances read the changes from the store',
};

/** Logs once when a service stops responding and once when it responds again, however many calls fail in between. */
export class OutageLog {
  readonly #log: Logger;
  readonly #service: keyof typeof effects;
  #failingSince: number | undefined;

  constructor(log: Logger, service: keyof typeof effects) {
    this.#log = log;
    this.#service = service;
  }

  onFailure(error: unknown): void {
    if (this.#failingSince !== undefined) return;
    this.#failingSince = performance.now();
    this.#log.warn(
      { err: error },
      `${this.#service} unreachable: ${effects[this.#service]} (check the connection to the ${this.#service})`,
    );
  }

  onSuccess(): void {
    if (this.#failingSince === undefined) return;
    const ms = Math.round(performance.now() - this.#failingSince);
    this.#failingSince = undefined;
    this.#log.info({ ms }, `${this.#service} reachable again`);
  }
}
