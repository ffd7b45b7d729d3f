import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { EarshotError } from '@earshot/shared';

/** Maximum requests of one connection in the queue. Browsers send none before the last is answered. */
const waitingMax = 32;

/**
 * Serves pipelined requests of one connection (RFC 9112, 9.3.2) one after the other. Answers leave in that order anyway,
 * and answers built earlier would wait in memory for a client that may never read.
 */
export class PipelinedRequests {
  readonly #queues = new WeakMap<Socket, { ended: Promise<void>; waiting: number }>();

  /** Resolves when all earlier requests on the connection are answered. Throws `RATE_LIMITED` if too many are queued. */
  async wait(socket: Socket, response: Pick<EventEmitter, 'once'>): Promise<void> {
    const queue = this.#queues.get(socket) ?? { ended: Promise.resolve(), waiting: 0 };
    this.#queues.set(socket, queue);
    if (queue.waiting >= waitingMax) {
      const message = 'Too many requests at once on one connection. Wait for answers.';
      throw new EarshotError('RATE_LIMITED', { message });
    }
    const before = queue.ended;
    queue.ended = new Promise((resolve) => response.once('close', resolve));
    queue.waiting += 1;
    await before;
    queue.waiting -= 1;
  }
}
