import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { freshenPage } from '../../scripts/page.ts';
import { rawGet } from '../resources/rawGet.ts';
import { startEmbedded } from '../resources/server.ts';

describe('the built page', () => {
  interface Chunk {
    file: string;
    imports?: string[];
    css?: string[];
  }

  const built = path.resolve(import.meta.dirname, '../../packages/server/page');
  beforeAll(() => freshenPage(), 120_000);

  const sizeOf = async (file: string) => gzipSync(await readFile(path.join(built, file))).length;

  /** German loads one chunk more than English. */
  const german = 'src/text/de.ts';

  async function readManifest(): Promise<Record<string, Chunk>> {
    return JSON.parse(await readFile(path.join(built, '.vite/manifest.json'), 'utf8'));
  }

  /** The files of these chunks and of their dependencies. */
  function filesOf(manifest: Record<string, Chunk>, names: string[]): string[] {
    const found = new Set<Chunk>();
    for (const name of names) needed(manifest, name, found);
    return [...found].map(({ file }) => file);
  }

  const sizeOfAll = async (files: string[]) =>
    (await Promise.all(files.map(sizeOf))).reduce((sum, size) => sum + size, 0);

  /** A chunk and everything that the browser must load before it can run. */
  function needed(manifest: Record<string, Chunk>, name: string, found = new Set<Chunk>()): Set<Chunk> {
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`no ${name} in the manifest`);
    if (found.has(chunk)) return found;
    found.add(chunk);
    for (const inner of chunk.imports ?? []) needed(manifest, inner, found);
    return found;
  }

  test('loads less than 120 KB of JavaScript at first, and not the street map', async () => {
    const manifest = await readManifest();
    const first = filesOf(manifest, ['index.html', german]);
    const total = await sizeOfAll(first);
    expect(total).toBeGreaterThan(40_000);
    expect(total).toBeLessThan(120_000);
    expect(Object.keys(manifest)).toContain('src/location/StreetMap.tsx');
    expect(first.join()).not.toContain('StreetMap');
  });

  test('needs less than 166 KB of JavaScript for an open room, without a map', async () => {
    const manifest = await readManifest();
    const files = filesOf(manifest, ['index.html', 'src/app/Chat.tsx', 'src/room/RoomScreen.tsx']);
    expect(await sizeOfAll(files)).toBeLessThan(166_000);
    expect(files.join()).not.toMatch(/PlainMap|MapPad|\/StreetMap/);
  });

  test('has no inline script or style, and nothing from another origin', async () => {
    const text = await readFile(path.join(built, 'index.html'), 'utf8');
    for (const [, attributes = '', inner] of text.matchAll(/<script([^>]*)>(.*?)<\/script>/gs)) {
      expect([attributes.includes(' src="/assets/'), inner]).toEqual([true, '']);
    }
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|https?:/);
  });

  test('has a service worker that caches only existing files and is revalidated on every request', async () => {
    await using earshot = await startEmbedded();
    const worker = await fetch(`${earshot.a.url}/sw.js`);
    expect(worker.headers.get('cache-control')).toBe('no-cache');
    expect(worker.headers.get('content-type')).toContain('javascript');
    const [, list = '[]'] = /^const files = (\[.*?\]);/.exec(await worker.text()) ?? [];
    const files: string[] = JSON.parse(list);
    expect(files.length).toBeGreaterThan(3);
    expect(files.join()).not.toMatch(/StreetMap|maplibre|\.gz|\.br/);
    for (const file of files) expect((await rawGet(earshot.a.url + file)).status).toBe(200);
  });

  test('contains the notices of its dependencies, and serves them', async () => {
    await using earshot = await startEmbedded();
    const licenses = await (await fetch(`${earshot.a.url}/licenses.txt`)).text();
    for (const name of ['react-dom', '@tanstack/query-core', 'virtua', 'linkify-it', 'maplibre-gl', 'world-atlas']) {
      expect(licenses).toMatch(new RegExp(`^## ${name} - .*\\n\\n[^#]*(Copyright|\\(c\\))`, 'mi'));
    }
  });

  test('has compressed copies equal to the files', async () => {
    const html = await readFile(path.join(built, 'index.html'), 'utf8');
    for (const [, file = ''] of html.matchAll(/"\/(assets\/[^"]+)"/g)) {
      const [plain, packed] = await Promise.all(['', '.gz'].map((ending) => readFile(path.join(built, file + ending))));
      expect(packed && gunzipSync(packed).equals(plain ?? Buffer.of())).toBe(true);
    }
  });
});
