import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** A database process for tests. It keeps its port and data however it is ended, so that `start` brings it back. */
export interface Service extends AsyncDisposable {
  readonly url: string;
  /** Starts it again after `stop` or `kill`; resolves when it serves. */
  start(): Promise<void>;
  /** Sends SIGTERM; resolves when the process has ended. */
  stop(): Promise<void>;
  /** Sends SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>;
  /** Stops answering while its connections stay open (SIGSTOP), until `resume`. */
  pause(): void;
  resume(): void;
}

interface ServiceSpec {
  binary: string;
  url: string;
  /** The command line, given the folder for data. */
  args: (folder: string) => string[];
  /** Resolves when the service is ready. Gives up when the signal aborts. */
  untilReady: (signal: AbortSignal) => Promise<void>;
}

const startTimeout = 30_000;
const stopTimeout = 10_000;

/** Starts a process with its own folder. Both are removed on disposal, or when this process ends in any way. */
export async function startService({ binary, url, args, untilReady }: ServiceSpec): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), `earshot-${basename(binary)}-`));
  const logFile = join(folder, 'log');
  let running: ChildProcess | undefined;
  let lifeline: ChildProcess | undefined;

  async function start() {
    if (running) throw new Error(`${basename(binary)} runs already`);
    const child = spawn(binary, args(folder), { stdio: 'ignore' });
    running = child;
    const ended = once(child, 'exit');
    ended.catch(() => {}); // the race below reports a failed spawn
    await once(child, 'spawn');
    child.unref();
    lifeline = tieToThisProcess(child, folder);
    const giveUp = new AbortController();
    const timer = setTimeout(() => giveUp.abort(), startTimeout);
    try {
      await Promise.race([
        untilReady(giveUp.signal),
        ended.then(() => Promise.reject(new Error(`${basename(binary)} ended at once`))),
        once(giveUp.signal, 'abort').then(() => Promise.reject(new Error(`${basename(binary)} did not get ready`))),
      ]);
    } catch (error) {
      const log = await readFile(logFile, 'utf8').catch(() => '');
      await end('SIGKILL');
      throw new Error(`${String(error)}\n${log.slice(-2_000)}`, { cause: error });
    } finally {
      clearTimeout(timer);
      giveUp.abort();
    }
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL') {
    const child = running;
    running = undefined;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeout);
      await ended;
      clearTimeout(timer);
    }
    // The service has ended. The shell must end too, so that it never kills another process with a reused id.
    lifeline?.kill('SIGKILL');
  }

  await start();
  return {
    url,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    pause: () => running?.kill('SIGSTOP'),
    resume: () => running?.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A shell that waits for the end of its standard input, which comes when this process ends, even by SIGKILL. Then it
 * kills the service and removes its folder. Handlers of this process's `exit` event would not run in a crash.
 */
function tieToThisProcess(child: ChildProcess, folder: string): ChildProcess {
  const script = 'trap "" INT TERM HUP; cat >/dev/null; kill -9 "$1" 2>/dev/null; sleep 0.2; rm -rf "$2"';
  const lifeline = spawn('sh', ['-c', script, 'lifeline', String(child.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  lifeline.unref();
  return lifeline;
}

/**
 * A free port for a service that is stopped and restarted. It lies below the range of ephemeral ports: a client that
 * retries while the service is down could otherwise be assigned this very port, and hold it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
}

/** Whether no program listens on a port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}
