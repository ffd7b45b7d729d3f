import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startChild } from '../child.ts';
import type { Target } from './generator.ts';
import type { Args, Method, Reply, Request, Result } from './main.ts';

const script = fileURLToPath(import.meta.resolve('./main.ts'));

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A generator that runs in its own process. */
export class RemoteGenerator implements AsyncDisposable {
  readonly #child;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(target: Target) {
    this.#child = startChild([script, JSON.stringify(target)]);
    this.#process = this.#child.process;
    this.#process.on('message', (reply: Reply) => this.#settle(reply));
    this.#child.exited.then((exitStatus) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the generator ended: ${exitStatus}`));
    });
  }

  ask<M extends Method>(method: M, ...[order]: Args<M>): Promise<Result<M>> {
    this.#lastId += 1;
    const request: Request = { id: this.#lastId, method, order };
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve: (result) => resolve(result as Result<M>), reject });
      this.#process.send(request);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.result);
  }
}
