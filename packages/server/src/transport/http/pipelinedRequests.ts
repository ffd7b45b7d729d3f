import type { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { EarshotError } from '@earshot/shared';
import type { Report } from '../errors/report.ts';

/** Maximum requests of one connection in the queue. Browsers send none before the last is answered. */
const waitingMax = 32;

/** Milliseconds until a connection may try again: usually some answers have been read by then. */
const retryAfterMs = 1_000;

/** Maximum unanswered requests of one connection. Refused requests count, because their responses wait as well. */
const unansweredMax = 2 * waitingMax;

interface Queue {
  /** Resolves when the last accepted request is answered. */
  ended: Promise<void>;
  waiting: number;
  unanswered: number;
}

/**
 * Serves pipelined requests of one connection (RFC 9112, 9.3.2) one after the other. Answers leave in that order anyway,
 * and answers built earlier would wait in memory for a client that may never read.
 */
export class PipelinedRequests {
  readonly #queues = new WeakMap<Socket, Queue>();
  readonly #onRefused: () => void;

  constructor(onRefused: () => void = () => {}) {
    this.#onRefused = onRefused;
  }

  /**
   * Terminates a connection with too many unanswered requests, before Fastify handles them: two thousand fit into 64 KiB, and
   * behind an event stream none is ever answered. Called after all listeners for requests are added.
   */
  guard(server: Server, report: Report): void {
    const listeners = server.listeners('request');
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      const { socket } = request;
      if (socket.destroyed) return;
      if (this.#count(socket, response) > unansweredMax) {
        this.#onRefused();
        report('RATE_LIMITED', null, 'http');
        socket.destroy();
        return;
      }
      for (const listener of listeners) listener.call(server, request, response);
    });
  }

  /** Whether a request on the connection has no answer yet. */
  isBusy(socket: Socket): boolean {
    return (this.#queues.get(socket)?.unanswered ?? 0) > 0;
  }

  /** Resolves when all earlier requests on the connection are answered. Throws `RATE_LIMITED` if too many are queued. */
  async wait(socket: Socket, response: Pick<EventEmitter, 'once'>): Promise<void> {
    const queue = this.#queueOf(socket);
    if (queue.waiting >= waitingMax) {
      this.#onRefused();
      const message = 'Too many requests at once on one connection. Wait for answers.';
      throw new EarshotError('RATE_LIMITED', { message, retryAfterMs });
    }
    const before = queue.ended;
    queue.ended = new Promise((resolve) => response.once('close', resolve));
    queue.waiting += 1;
    await before;
    queue.waiting -= 1;
  }

  #count(socket: Socket, response: Pick<EventEmitter, 'once'>): number {
    const queue = this.#queueOf(socket);
    queue.unanswered += 1;
    response.once('close', () => {
      queue.unanswered -= 1;
    });
    return queue.unanswered;
  }

  #queueOf(socket: Socket): Queue {
    const known = this.#queues.get(socket);
    if (known !== undefined) return known;
    const queue = { ended: Promise.resolve(), waiting: 0, unanswered: 0 };
    this.#queues.set(socket, queue);
    return queue;
  }
}
