import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

// `pnpm packages [FOLDER]` builds the packages and packs them as for publishing, for use outside this workspace.
// The default folder is `dist`.

const root = path.resolve(import.meta.dirname, '..');
const names = ['shared', 'client', 'server', 'cli'];
const tarball = (folder: string, name: string) => path.join(folder, `earshot-${name}.tgz`);

/** Builds the packages, and writes `earshot-{shared,client,server,cli}.tgz` into the folder. */
export async function packPackages(folder: string): Promise<void> {
  await run(process.execPath, [path.join(root, 'scripts/build.ts')], root);
  await mkdir(folder, { recursive: true });
  const pack = (name: string) =>
    run('npx', ['-y', 'pnpm@12', 'pack', '--out', tarball(folder, name)], path.join(root, 'packages', name));
  await Promise.all(names.map(pack));
}

/** Resolves when the command succeeds; its output is shown only when it fails. */
function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`\`${command} ${args.join(' ')}\` ended with code ${code}:\n${output}`));
    });
  });
}

if (import.meta.main) {
  const folder = path.resolve(process.argv[2] ?? path.join(root, 'dist'));
  await packPackages(folder);
  process.stdout.write(`The packages are in ${folder}. Install them with:
  npm install ${names.map((name) => tarball(folder, name)).join(' ')}\n`);
}
