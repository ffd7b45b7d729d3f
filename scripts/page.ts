import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** The folder from which the server serves the page. */
const page = path.join(root, 'packages/server/page');

/** The sources of the page. */
const sources = ['packages/web', 'packages/client/src', 'packages/shared/src', 'pnpm-lock.yaml'];

/** Builds the page. Vite prints errors in its sources. */
export async function buildPage(): Promise<void> {
  const began = new Date();
  const fresh = await mkdtemp(`${page}-`);
  try {
    const vite = path.join(root, 'packages/web/node_modules/vite/bin/vite.js');
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn', '--outDir', fresh], {
      cwd: path.join(root, 'packages/web'),
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production' }, // in tests too: otherwise React's slow development build is used
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error('The page could not be built.');
    // A source that changes during the build is built next time.
    await utimes(path.join(fresh, 'index.html'), began, began);
    await replace(page, fresh);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Replaces files one by one, so that servers and other builds find all of them at any time. */
async function replace(folder: string, fresh: string): Promise<void> {
  const files = await filesIn(fresh);
  // The file that refers to the others is replaced last.
  const others = files.filter((file) => file !== 'index.html');
  for (const file of [...others, 'index.html']) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await rename(path.join(fresh, file), path.join(folder, file));
  }
  for (const file of await filesIn(folder)) {
    if (!files.includes(file)) await rm(path.join(folder, file), { force: true });
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

/** Builds the page if there is none or a source has changed since. */
export async function freshenPage(): Promise<void> {
  const builtAt = await changedAt(path.join(page, 'index.html')).catch(() => 0);
  const newest = Math.max(...(await Promise.all(sources.map((source) => newestIn(path.join(root, source))))));
  if (newest <= builtAt) return;
  const began = Date.now();
  process.stderr.write('building the page ... ');
  await buildPage();
  process.stderr.write(`${((Date.now() - began) / 1_000).toFixed(1)} s\n`);
}

/** The latest change of a file, or of anything in a folder. The time of a folder shows deleted files. */
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
