import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** Where Vite puts the page, and the server looks for it. */
const built = path.join(root, 'packages/server/page/index.html');

/** All that goes into it. */
const sources = ['packages/web', 'packages/client/src', 'packages/shared/src', 'pnpm-lock.yaml'];

/** Builds the page. What is wrong with its sources, Vite prints. */
export async function buildPage(): Promise<void> {
  const vite = path.join(root, 'packages/web/node_modules/vite/bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: path.join(root, 'packages/web'),
    env: { ...process.env, NODE_ENV: 'production' }, // in a run of tests it says otherwise, and React would be a slow one
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('The page could not be built.');
}

/** Builds the page when there is none, or when something that goes into it has changed since. */
export async function freshenPage(): Promise<void> {
  const builtAt = await changedAt(built).catch(() => 0);
  const newest = Math.max(...(await Promise.all(sources.map((source) => newestIn(path.join(root, source))))));
  if (newest <= builtAt) return;
  const began = Date.now();
  process.stderr.write('building the page ... ');
  await buildPage();
  process.stderr.write(`${((Date.now() - began) / 1_000).toFixed(1)} s\n`);
}

/** Of a file, or of all in a folder. The times of folders tell of files that are gone. */
async function newestIn(entry: string): Promise<number> {
  const at = await changedAt(entry);
  const inside = await readdir(entry, { withFileTypes: true }).catch(() => []);
  const times = inside
    .filter(({ name }) => name !== 'node_modules' && !/\.test\.tsx?$/.test(name))
    .map(({ name }) => newestIn(path.join(entry, name)));
  return Math.max(at, ...(await Promise.all(times)));
}

const changedAt = async (entry: string) => (await stat(entry)).mtimeMs;

if (import.meta.main) {
  await buildPage().catch(() => {
    process.exitCode = 1;
  });
}
