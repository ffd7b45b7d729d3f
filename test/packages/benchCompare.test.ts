import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const execute = promisify(execFile);
const script = fileURLToPath(import.meta.resolve('../bench/run.ts'));
const options = ['sends', '--quick', '--only', '1 room, 1 writer, Earshot, SQLite'];

test('the benchmark compares this checkout with a commit, and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-compare-test-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true }));

  const env = { ...process.env, TMPDIR: folder };
  const { stdout } = await execute(process.execPath, [script, ...options, '--compare', 'HEAD'], { env });
  expect(stdout).toMatch(/before: [0-9a-f]{8}, after: this checkout; medians of 1 rounds/);
  // One round of each is too few to tell.
  expect(stdout).toMatch(
    /^sends +1 room, 1 writer +Earshot, SQLite +CPU µs\/call +[\d.,]+ +[\d.,]+ +[\d.]+ +unclear$/m,
  );
  expect((await readdir(folder)).filter((name) => name.startsWith('earshot-'))).toEqual([]);
  const { stdout: worktrees } = await execute('git', ['worktree', 'list'], { cwd: import.meta.dirname });
  expect(worktrees).not.toContain(folder);
});

test('an unknown commit is named in the error', async () => {
  const refused = execute(process.execPath, [script, ...options, '--compare', 'no-such-commit']);
  await expect(refused).rejects.toThrow('There is no commit “no-such-commit” in this repository.');
});
