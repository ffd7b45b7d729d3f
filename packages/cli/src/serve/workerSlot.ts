import cluster, { type Worker } from 'node:cluster';
import type { Logger, MetricsSnapshot } from '@earshot/server/observe';
import { StartError } from '../startError.ts';
import { type IpcMessage, MetricsIpc } from './metricsIpc.ts';
import { RestartBackoff } from './restartBackoff.ts';

/** Milliseconds within which a responsive worker answers with its metrics. */
const timeoutMs = 1_000;

interface WorkerSlotOptions {
  log: Logger;
  /** Collects the metrics of all workers, for a worker that asks. */
  gather: () => Promise<MetricsSnapshot[]>;
}

/** The slot of one worker. A worker that exits is replaced. */
export class WorkerSlot {
  readonly #number: number;
  readonly #gather: WorkerSlotOptions['gather'];
  readonly #log: Logger;
  readonly #restartBackoff = new RestartBackoff();
  #worker: Worker | undefined;
  #ipc: MetricsIpc | undefined;
  #exited: Promise<void> | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #state: 'starting' | 'supervised' | 'stopping' = 'starting';
  /** Whether the last worker exited with code 0. */
  #exitedCleanly = true;

  constructor(number: number, { log, gather }: WorkerSlotOptions) {
    this.#number = number;
    this.#gather = gather;
    this.#log = log.child({ worker: number });
  }

  get pid(): number {
    return this.#worker?.process.pid ?? 0;
  }

  /** Starts a worker. Resolves to the URL that it listens on. Throws a StartError with the reason if it can't start. */
  start(): Promise<string> {
    const startedAt = performance.now();
    const worker = cluster.fork({ EARSHOT_WORKER: String(this.#number) });
    this.#worker = worker;
    this.#ipc = new MetricsIpc(worker, { timeoutMs, answer: this.#gather });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const exited = Promise.withResolvers<void>();
    this.#exited = exited.promise;
    let problem: string | undefined;
    worker.on('message', (message: IpcMessage) => {
      if (message.type === 'ready') resolve(message.url);
      if (message.type === 'failed') problem = message.reason;
    });
    worker.on('error', (error) => {
      problem = error.message;
      if (worker.process.pid === undefined) onEnd('no process'); // then no `exit` event follows
    });
    worker.once('exit', (code, signal) => onEnd(signal ?? `code ${code}`));
    const onEnd = (exitStatus: string) => {
      reject(new StartError(problem ?? `A worker exited before it listened (${exitStatus}).`));
      this.#onExit({ exitStatus, pid: worker.process.pid, aliveMs: performance.now() - startedAt });
      exited.resolve();
    };
    return promise;
  }

  /** From now on, a worker that exits is replaced. */
  enableRestart(): void {
    this.#state = 'supervised';
    if (this.#worker === undefined) this.#restart();
  }

  /** The worker's metrics; empty if it doesn't answer. */
  async metrics(): Promise<MetricsSnapshot[]> {
    return (await this.#ipc?.request()) ?? [];
  }

  /** Lets the worker drain its clients. Resolves when it has exited, to whether its exit code was 0. */
  async stop(): Promise<boolean> {
    this.#state = 'stopping';
    clearTimeout(this.#restartTimer);
    if (this.#worker?.isConnected()) this.#worker.process.disconnect();
    await this.#exited;
    return this.#exitedCleanly;
  }

  kill(): void {
    this.#worker?.process.kill('SIGKILL');
  }

  #onExit({ exitStatus, pid, aliveMs }: { exitStatus: string; pid: number | undefined; aliveMs: number }): void {
    this.#worker = undefined;
    this.#ipc = undefined;
    this.#exitedCleanly = exitStatus === 'code 0';
    if (this.#state !== 'supervised') return;
    const inMs = this.#restartBackoff.after(aliveMs);
    this.#log[this.#exitedCleanly ? 'info' : 'error']({ pid, exitStatus, inMs }, 'worker exited; replacing it');
    this.#restartTimer = setTimeout(() => this.#restart(), inMs);
  }

  #restart(): void {
    this.start().then(
      () => this.#log.info({ pid: this.pid }, 'worker listening'),
      (error: Error) =>
        this.#state === 'supervised' && this.#log.error({ reason: error.message }, 'worker failed to start'),
    );
  }
}
