import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { collect } from './collect.ts';

const main = path.resolve(import.meta.dirname, '../../packages/cli/src/main.ts');

export interface EarshotProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** The output so far, of both streams. */
  output(): string;
  /** Resolves with the output so far when it matches. */
  until(printed: RegExp, deadlineMs?: number): Promise<string>;
  /** Sends a signal. Resolves with the exit status when the process and all its child processes have ended. */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<{ code: number | null; signal: string | null }>;
}

/** Runs the `earshot` command with these settings; resolves when it has ended. */
export async function runEarshot(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  const child = launch(args, env);
  const output = gather(child);
  const [code] = await once(child, 'close');
  return { code, output: output() };
}

/** Starts the `earshot` command. Disposal kills it with SIGKILL. */
export function startEarshot(args: readonly string[], env: Record<string, string> = {}): AsyncDisposable {
  const child = launch(args, env);
  const exited = once(child, 'exit');
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

export interface ChatProcess extends AsyncDisposable {
  /** Types a line. */
  type(line: string): void;
  /** Resolves when the output so far matches. */
  until(printed: RegExp): Promise<string>;
  /** Closes the input; resolves with the exit code. */
  end(): Promise<number | null>;
}

/** Runs `earshot chat` with its input piped, on a device of its own unless the arguments name a file for the id. */
export function startChat(args: readonly string[], env: Record<string, string> = {}): ChatProcess {
  const child = launch(['chat', '--device-file', path.join(tmpdir(), `device-${randomUUID()}`), ...args], env, 'pipe');
  const output = gather(child);
  const printed = collect<string>();
  const exited = once(child, 'exit');
  void exited.then(() => printed.end());
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', () => printed.push(output()));
  return {
    type: (line) => child.stdin?.write(`${line}\n`),
    until: (pattern) => printed.until((text) => pattern.test(text)),
    end: async () => {
      child.stdin?.end();
      const [code] = await exited;
      return code;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

export interface MonitorProcess extends AsyncDisposable {
  /** Resolves when the output so far matches. */
  until(printed: RegExp): Promise<string>;
  /** Sends Ctrl-C; resolves with the exit code and the whole output. */
  interrupt(): Promise<{ code: number | null; output: string }>;
}

/** Runs `earshot monitor`. */
export function startMonitor(args: readonly string[], env: Record<string, string> = {}): MonitorProcess {
  const child = launch(['monitor', ...args], env);
  const output = gather(child);
  const printed = collect<string>();
  const closed = once(child, 'close');
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', () => printed.push(output()));
  return {
    until: (pattern) => printed.until((text) => pattern.test(text)),
    interrupt: async () => {
      child.kill('SIGINT');
      const [code] = await closed;
      return { code, output: output() };
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** Starts `earshot serve` in its own process; resolves when it listens. */
export async function startProcess(env: Record<string, string> = {}): Promise<EarshotProcess> {
  const child = launch(['serve'], { PORT: '0', ...env });
  const output = gather(child);
  const exited = once(child, 'close'); // child processes inherit its output, so they end before this event
  const lines = collect<string>();
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', () => lines.push(output()));
  void exited.then(() => lines.end());
  const isReady = (text: string) => /listens on \S+\n/.test(text);
  const [ready] = await Promise.race([
    lines.until(isReady, 60_000).then((text) => [text]),
    exited.then(() => Promise.reject(new Error(`the server ended at once:\n${output()}`))),
  ]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const url = /listens on (\S+)\n/.exec(ready ?? '')?.[1] ?? '';
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const [code, by] = await exited;
    return { code, signal: by };
  };
  const until = (printed: RegExp, deadlineMs?: number) => lines.until((text) => printed.test(text), deadlineMs);
  return {
    url,
    pid: child.pid ?? 0,
    output,
    until,
    end,
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  };
}

function launch(
  args: readonly string[],
  env: Record<string, string>,
  stdin: 'ignore' | 'pipe' = 'ignore',
): ChildProcess {
  // Passes only the environment variables that a process needs: a MONGODB_URI of the tests must not leak in.
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...env },
    stdio: [stdin, 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

function gather(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  }
  return () => text;
}
