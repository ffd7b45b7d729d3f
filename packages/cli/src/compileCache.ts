import { statSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';

/** The folders on the way to the cache, from the home folder. */
const folderNames = ['.cache', 'earshot', 'compiled'];

/**
 * Caches the compiled code of all modules that are loaded from here on, in threads and child processes too. So the next start neither compiles
 * them nor, in a checkout, strips their types. Node.js checks each entry against its own version and the content of the module, and writes new
 * ones when the process ends. NODE_COMPILE_CACHE names another folder, and NODE_DISABLE_COMPILE_CACHE turns the cache off. Where nothing can
 * be written, or other users can write, every start compiles.
 *
 * The cache is in the user's home folder and not in a shared one such as /tmp, because it contains code.
 */
export function enableCompileCache(): void {
  const home = homeFolder();
  if (home === undefined || !('enableCompileCache' in module)) return; // Node.js is too old; `serve` says so
  if (!isOwn(home)) return;
  const folder = path.join(home, ...folderNames);
  const { status } = module.enableCompileCache(folder);
  if (status === module.constants.compileCacheStatus.ENABLED) process.env.NODE_COMPILE_CACHE = folder;
}

/** Undefined for a user without a home folder, as in containers that run as an arbitrary user. */
function homeFolder(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether nobody else can write to the folder of the cache, as far as it exists, nor replace a folder on the way to it: HOME may name that of
 * another user, as with `sudo -E`, or a shared one.
 */
function isOwn(home: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return true; // Windows has no such users and modes
  const folders = folderNames.map((_, i) => path.join(home, ...folderNames.slice(0, i + 1)));
  let isClosed = false;
  for (const folder of [home, ...folders]) {
    const found = statOf(folder);
    if (found === undefined) return true; // this process creates it
    if (found.uid !== user && found.uid !== 0) return false;
    if (!isClosed && (found.mode & 0o022) !== 0) return false;
    isClosed ||= (found.mode & 0o077) === 0; // nobody else reaches what is in it
  }
  return true;
}

function statOf(folder: string): { uid: number; mode: number } | undefined {
  try {
    return statSync(folder);
  } catch {
    return undefined;
  }
}
