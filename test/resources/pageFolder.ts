import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

export const pageHtml = '<!doctype html><script type="module" src="/assets/index-abc.js"></script>';
export const pageScript = `export const words = ${JSON.stringify('earshot '.repeat(200))};`;

/** Creates a folder like that of the built page, with a file that is not for the public. */
export async function createPageFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'earshot-page-'));
  await mkdir(path.join(folder, 'assets'));
  await writeFile(path.join(folder, 'index.html'), pageHtml);
  await writeFile(path.join(folder, 'assets/index-abc.js'), pageScript);
  await writeFile(path.join(folder, 'assets/index-abc.js.gz'), gzipSync(pageScript));
  await writeFile(path.join(folder, 'secret.txt'), 'not for the public');
  return folder;
}
