import { type ChildProcess, type Serializable, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Child extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Resolves, when the process ends, with its exit status and its stderr. */
  readonly exited: Promise<string>;
  /** Resolves with the first match in the output; rejects if the process ends first. */
  printed(pattern: RegExp): Promise<string>;
}

/**
 * Runs a script with this Node.js, or another program. The process is killed by its id on disposal, and when this process
 * ends.
 */
export function startChild(
  args: readonly string[],
  env: Record<string, string> = {},
  program = process.execPath,
): Child {
  // Passes only the environment variables that any process needs: a MONGODB_URI must not leak in.
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const child = spawn(program, args, {
    env: { PATH, HOME, TMPDIR, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr = `${output.stderr}${chunk}`.slice(-2_000);
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => {
      process.off('exit', kill);
      resolve(`${signal ?? `code ${code}`} ${output.stderr}`.trim());
    });
  });

  return {
    process: child,
    exited,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = pattern.exec(output.stdout)?.[1];
          if (found !== undefined) resolve(found);
        };
        child.stdout?.on('data', check);
        check();
        exited.then((exitStatus) => reject(new Error(`${args.join(' ')} ended: ${exitStatus}`)));
      }),
    async [Symbol.asyncDispose]() {
      kill();
      await exited;
    },
  };
}

/** Sends a task over the child's channel. Resolves with its answer; rejects if the child ends. */
export async function askChild<Answer>({ process: child, exited }: Child, task: Serializable): Promise<Answer> {
  const answer = once(child, 'message');
  answer.catch(() => {}); // the race reports it
  child.send(task);
  const ended = exited.then((exitStatus) => Promise.reject(new Error(`the server ended: ${exitStatus}`)));
  const [figures] = await Promise.race([answer, ended]);
  return figures;
}
