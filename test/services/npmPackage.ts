import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface NpmPackage {
  /** The name with its version, such as `left-pad@1.3.0`. */
  packageName: string;
  /** The hash of its tarball, in hex. */
  sha512: string;
}

/** Unpacks a package from npm into a folder, if its hash is the expected one. Returns the folder of its files. */
export async function unpackPackage({ packageName, sha512 }: NpmPackage, folder: string): Promise<string> {
  await run('npm', ['pack', packageName, '--silent', '--ignore-scripts', '--pack-destination', folder]);
  const tarball = join(folder, `${packageName.replace('@', '').replace('/', '-').replace('@', '-')}.tgz`);
  const found = createHash('sha512')
    .update(await readFile(tarball))
    .digest('hex');
  if (found !== sha512) throw new Error(`${packageName} is not what it was: its SHA-512 is ${found}.`);
  await run('tar', ['-xzf', tarball, '-C', folder]);
  return join(folder, 'package');
}
