import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '../../observe/logger.ts';
import type { MetricsSnapshot } from '../../observe/metrics.ts';
import { StartError } from '../startError.ts';
import { MetricsLine, type Word } from './line.ts';
import { RestartPause } from './restartPause.ts';

/** Milliseconds within which a worker that is not stuck tells its metrics. */
const patienceMs = 1_000;

interface PostOptions {
  log: Logger;
  /** Gives a worker that was asked for metrics those of all. */
  gather: () => Promise<MetricsSnapshot[]>;
}

/** A worker's place: whoever holds it ends some day, and another takes it. */
export class Post {
  readonly #number: number;
  readonly #gather: PostOptions['gather'];
  readonly #log: Logger;
  readonly #pause = new RestartPause();
  #worker: Worker | undefined;
  #line: MetricsLine | undefined;
  #gone: Promise<void> | undefined;
  #next: NodeJS.Timeout | undefined;
  #state: 'starting' | 'kept' | 'left' = 'starting';
  /** Whether the worker that ended last did so in good order. */
  #endedWell = true;

  constructor(number: number, { log, gather }: PostOptions) {
    this.#number = number;
    this.#gather = gather;
    this.#log = log.child({ worker: number });
  }

  get pid(): number {
    return this.#worker?.process.pid ?? 0;
  }

  /** Starts a worker. Resolves with where it listens. Throws a StartError with what keeps it from that. */
  start(): Promise<string> {
    const startedAt = performance.now();
    const worker = cluster.fork({ EARSHOT_WORKER: String(this.#number) });
    this.#worker = worker;
    this.#line = new MetricsLine(worker, { patienceMs, answer: this.#gather });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const gone = Promise.withResolvers<void>();
    this.#gone = gone.promise;
    let problem: string | undefined;
    worker.on('message', (word: Word) => {
      if (word.type === 'ready') resolve(word.url);
      if (word.type === 'failed') problem = word.reason;
    });
    worker.on('error', (error) => {
      problem = error.message;
      if (worker.process.pid === undefined) ended('no process'); // then there is no other sign of its end
    });
    worker.once('exit', (code, signal) => ended(signal ?? `code ${code}`));
    const ended = (how: string) => {
      reject(new StartError(problem ?? `A worker ended while it was to start (${how}).`));
      this.#ended({ how, pid: worker.process.pid, aliveMs: performance.now() - startedAt });
      gone.resolve();
    };
    return promise;
  }

  /** From now on whoever ends here is replaced. */
  keep(): void {
    this.#state = 'kept';
    if (this.#worker === undefined) this.#replace();
  }

  /** The metrics of the worker; none when it does not answer. */
  async metrics(): Promise<MetricsSnapshot[]> {
    return (await this.#line?.ask()) ?? [];
  }

  /** Lets the worker take leave of its clients. Resolves when it has ended, and tells whether it did so in good order. */
  async leave(): Promise<boolean> {
    this.#state = 'left';
    clearTimeout(this.#next);
    if (this.#worker?.isConnected()) this.#worker.process.disconnect();
    await this.#gone;
    return this.#endedWell;
  }

  kill(): void {
    this.#worker?.process.kill('SIGKILL');
  }

  #ended({ how, pid, aliveMs }: { how: string; pid: number | undefined; aliveMs: number }): void {
    this.#worker = undefined;
    this.#line = undefined;
    this.#endedWell = how === 'code 0';
    if (this.#state !== 'kept') return;
    const inMs = this.#pause.after(aliveMs);
    this.#log[this.#endedWell ? 'info' : 'error']({ pid, how, inMs }, 'a worker ended; another takes its place');
    this.#next = setTimeout(() => this.#replace(), inMs);
  }

  #replace(): void {
    this.start().then(
      () => this.#log.info({ pid: this.pid }, 'the worker listens'),
      (error: Error) => this.#state === 'kept' && this.#log.error({ reason: error.message }, 'a worker can’t start'),
    );
  }
}
