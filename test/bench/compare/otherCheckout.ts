import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Installs what the server needs to run, without tools and tests. */
const onlyServer = ['--frozen-lockfile', '--prefer-offline', '--prod', '--filter', '{./packages/cli}...'];

export interface OtherCheckout extends Disposable {
  /** The root of the checkout. */
  path: string;
  /** The beginning of the commit's hash. */
  commit: string;
}

/**
 * Checks a commit of the repository at `root` out into a temporary folder, with its dependencies. Both are removed on
 * disposal, and also if this process is terminated before.
 */
export async function checkOut(root: string, name: string): Promise<OtherCheckout> {
  const commit = await commitOf(root, name);
  const folder = mkdtempSync(join(tmpdir(), 'earshot-compare-'));
  const path = join(folder, commit);
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    execFileSync('git', ['worktree', 'prune'], { cwd: root });
  };
  process.once('exit', remove);
  using stack = new DisposableStack();
  stack.defer(() => {
    process.off('exit', remove);
    remove();
  });
  await execute('git', ['worktree', 'add', '--detach', path, commit], { cwd: root });
  await execute('npx', ['-y', 'pnpm@12', 'install', ...onlyServer], { cwd: path });
  const held = stack.move();
  return { path, commit, [Symbol.dispose]: () => held.dispose() };
}

async function commitOf(root: string, name: string): Promise<string> {
  try {
    const { stdout } = await execute('git', ['rev-parse', '--verify', '--short=8', `${name}^{commit}`], { cwd: root });
    return stdout.trim();
  } catch {
    throw new Error(`There is no commit “${name}” in this repository.`);
  }
}
