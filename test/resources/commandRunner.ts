import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { CommandResult } from './commandRunnerProcess.ts';

const entry = path.resolve(import.meta.dirname, 'commandRunnerProcess.ts');

export interface CommandRunner extends AsyncDisposable {
  /** Runs the `earshot` command with these settings; resolves when it has ended. One at a time. */
  run(args: readonly string[], env: Record<string, string>): Promise<CommandResult>;
}

/**
 * Runs many `earshot` commands in one process, because the start of a process for each takes longer than the command. A command must leave
 * nothing open that would keep a process of its own alive.
 */
export function startCommandRunner(): CommandRunner {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  const child = fork(entry, { env: { PATH, HOME, NODE_COMPILE_CACHE }, execArgv: [] });
  const exited = once(child, 'exit');
  return {
    run: async (args, env) => {
      child.send({ args, env });
      const ended = exited.then(() => Promise.reject(new Error('the process has ended')));
      const [result] = await Promise.race([once(child, 'message'), ended]);
      return result;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
