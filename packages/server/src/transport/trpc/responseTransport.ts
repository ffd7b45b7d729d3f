import type { ServerResponse } from 'node:http';
import type { ClientTransport } from '../../domain/connection.ts';

/** An HTTP response, of one answer or of a stream of server-sent events. */
export class ResponseTransport implements ClientTransport {
  readonly #response: ServerResponse;
  #drained: Promise<void> | null = null;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** Streamed answers and events wait for a client that reads too slowly. All calls of a batch share one wait. */
  writable(): Promise<void> | undefined {
    const response = this.#response;
    if (!response.writableNeedDrain || response.destroyed) return undefined;
    this.#drained ??= new Promise((resolve) => {
      const go = () => {
        response.off('drain', go).off('close', go);
        this.#drained = null;
        resolve();
      };
      response.on('drain', go).on('close', go);
    });
    return this.#drained;
  }

  get isBroken(): boolean {
    return !this.#response.writableFinished;
  }
}
