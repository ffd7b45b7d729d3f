import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { untilDone } from '../resources/outcome.ts';

export const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const names = ['shared', 'server', 'client', 'cli'];
/** Packing runs beside other tests. */
const packingMs = 300_000;
/** The time limit for `createPublishedApp`. */
export const publishingMs = packingMs + 120_000;

/** An application with the packages as published: built, packed, and unpacked into its node_modules. */
export interface PublishedApp extends AsyncDisposable {
  readonly folder: string;
  /** Compiles a file of the application. Resolves to the errors. */
  compile(file: string, text: string, options: object): Promise<string>;
}

export async function createPublishedApp(): Promise<PublishedApp> {
  await untilDone(inject('packages'), packingMs);
  const folder = await mkdtemp(path.join(tmpdir(), 'earshot-build-'));
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  for (const name of names) await install(folder, name);
  for (const dependency of ['react-dom', '@types/react']) await link(folder, dependency, path.join(root, 'test'));
  return {
    folder,
    compile: (file, text, options) => compile(folder, file, text, options),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Unpacks a package as published, and links its dependencies to those installed here. */
async function install(app: string, name: string): Promise<void> {
  const source = path.join(root, 'packages', name);
  const target = path.join(app, 'node_modules/@earshot', name);
  await mkdir(target, { recursive: true });
  await run('tar', [
    '-xzf',
    path.join(inject('packages'), `earshot-${name}.tgz`),
    '--strip-components=1',
    '-C',
    target,
  ]);
  const manifest = JSON.parse(await readFile(path.join(target, 'package.json'), 'utf8'));
  for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (!dependency.startsWith('@earshot/')) await link(app, dependency, source);
  }
}

/** Makes a dependency of `from` a dependency of the application. */
async function link(app: string, dependency: string, from: string): Promise<void> {
  const target = path.join(app, 'node_modules', dependency);
  await mkdir(path.dirname(target), { recursive: true });
  await symlink(path.join(from, 'node_modules', dependency), target).catch(ignoreExisting);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** PATH without the pinned Node.js, so that the machine's own Node.js is used. */
export function machinePath(): string {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.filter((folder) => !folder.includes('node_modules')).join(path.delimiter);
}

async function compile(app: string, file: string, text: string, options: object): Promise<string> {
  await writeFile(path.join(app, file), text);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'ES2022',
    module: 'NodeNext',
    typeRoots: [path.join(root, 'node_modules/@types')],
    ...options,
  };
  const config = path.join(app, `${file}.json`);
  await writeFile(config, JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  return run(tsc, ['-p', config]).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}
