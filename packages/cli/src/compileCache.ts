import module from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';

/**
 * Caches the compiled code of all modules that are loaded from here on, also of threads and child processes, so that the next start
 * neither compiles them nor removes the types of a checkout. Node.js checks each entry against its own version and the content of the
 * module, and writes new ones when the process ends. Its variables come first: NODE_COMPILE_CACHE names another folder,
 * NODE_DISABLE_COMPILE_CACHE turns the cache off. Where nothing can be written, every start compiles.
 *
 * The cache is in the user's home folder and not in a shared one such as /tmp, because it contains code.
 */
export function enableCompileCache(): void {
  const home = homeFolder();
  if (home === undefined || !('enableCompileCache' in module)) return; // Node.js is too old; `serve` says so
  const folder = path.join(home, '.cache', 'earshot', 'compiled');
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
