import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataFolder } from '../resources/dataFolder.ts';
import { startProcess } from '../resources/process.ts';
import { startWorkers } from '../resources/workers.ts';

/** The variables of a server with this home folder, and without another folder for the cache. */
const env = (home: string) => ({ HOME: home, DATA_DIR: join(home, 'data'), NODE_COMPILE_CACHE: '' });

/** The cached entries, with the times at which they were written. */
async function cached(folder: string): Promise<Map<string, number>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const entries = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  return new Map(await Promise.all(entries.map(async (file) => [file, (await stat(file)).mtimeMs] as const)));
}

/** Starts a server, checks that it serves, and stops it. */
async function serveOnce(variables: Record<string, string>): Promise<void> {
  await using server = await startProcess(variables);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
}

describe('the cache of compiled code', () => {
  test('is written below the home folder when a server stops, and the next start uses it', async () => {
    await using home = await dataFolder();
    const folder = join(home.path, '.cache/earshot/compiled');
    await serveOnce(env(home.path));
    const written = await cached(folder);
    expect(written.size).toBeGreaterThan(500);
    await serveOnce(env(home.path));
    const later = await cached(folder);
    // An entry that is not accepted would be written anew.
    for (const [file, time] of written) expect(later.get(file), file).toBe(time);
  });

  test('is shared by workers', async () => {
    await using home = await dataFolder();
    await using server = await startWorkers(env(home.path));
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect((await cached(join(home.path, '.cache/earshot/compiled'))).size).toBeGreaterThan(500);
  });

  test('is in the folder that NODE_COMPILE_CACHE names, and nowhere with NODE_DISABLE_COMPILE_CACHE', async () => {
    await using home = await dataFolder();
    const other = join(home.path, 'other');
    await serveOnce({ ...env(home.path), NODE_DISABLE_COMPILE_CACHE: '1' });
    await serveOnce({ ...env(home.path), NODE_COMPILE_CACHE: other });
    expect((await cached(other)).size).toBeGreaterThan(500);
    expect(await readdir(home.path)).not.toContain('.cache');
  });

  test('is not in a folder that others can write to', async () => {
    await using home = await dataFolder();
    await chmod(home.path, 0o755);
    const folder = join(home.path, '.cache');
    await mkdir(folder);
    await chmod(folder, 0o777);
    await serveOnce(env(home.path));
    expect(await readdir(folder)).toEqual([]);
  });

  test('is left out, without an error, where its folder can’t be created', async () => {
    await using home = await dataFolder();
    await writeFile(join(home.path, '.cache'), 'a file');
    await using server = await startProcess(env(home.path));
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(server.output()).not.toMatch(/compil/i);
  });
});
