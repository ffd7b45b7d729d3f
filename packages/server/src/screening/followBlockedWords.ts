import { readFile, stat } from 'node:fs/promises';
import { ConfigError } from '../config/readConfig.ts';
import type { BlockedWords } from '../domain/screening/blockedWords.ts';
import { readBlockedWords } from '../domain/screening/readBlockedWords.ts';
import type { WordFilter } from '../domain/screening/wordFilter.ts';
import type { Logger } from '../observe/logger.ts';

/** Maximum size of the file: more than the most entries of the maximum length need. */
const bytesMax = 4 * 1024 * 1024;
/** Milliseconds between two looks at the file. Events of file systems are lost on network drives and when a mount is replaced. */
const lookEveryMs = 5_000;

interface FollowOptions {
  wordFilter: WordFilter;
  log: Logger;
  lookEveryMs?: number;
}

/**
 * Loads the blocked words of a file, and again whenever it changes, until it is disposed of. Throws a ConfigError that lists the problems
 * of the file. A file that changes to an invalid one is reported, and the former list stays in force.
 */
export async function followBlockedWords(path: string, options: FollowOptions): Promise<Disposable> {
  const { wordFilter, log } = options;
  const first = await load(path, null);
  if (first === 'unchanged') throw new Error('a file is loaded at the first look');
  if ('problems' in first) throw new ConfigError(first.problems.map((problem) => `BLOCKED_WORDS: ${path}: ${problem}`));
  wordFilter.use(first.words);
  log.info({ path, entries: first.words.size }, 'blocked words loaded');

  let version = first.version;
  let isStopped = false;
  const look = async () => {
    const loaded = await load(path, version);
    if (loaded !== 'unchanged') {
      version = loaded.version;
      if ('problems' in loaded) {
        const problems = loaded.problems.join('; ');
        log.error(
          { path },
          `blocked words not reloaded: ${problems} (correct the file; the former list stays in force)`,
        );
      } else {
        wordFilter.use(loaded.words);
        log.info({ path, entries: loaded.words.size }, 'blocked words reloaded');
      }
    }
    if (!isStopped) timer.refresh();
  };
  const timer = setTimeout(() => void look(), options.lookEveryMs ?? lookEveryMs);
  timer.unref();
  const stop = () => {
    isStopped = true;
    clearTimeout(timer);
  };
  return { [Symbol.dispose]: stop };
}

/** `version` distinguishes the states of a file; it is a text for a file that can't be read, too. */
type Loaded = { version: string } & ({ words: BlockedWords } | { problems: string[] });

/** Loads the file, unless it has that version. Never rejects. */
async function load(path: string, known: string | null): Promise<Loaded | 'unchanged'> {
  let version = '';
  try {
    const { ino, size, mtimeMs, isFile } = await fileOf(path);
    version = `${ino} ${size} ${mtimeMs}`;
    if (version === known) return 'unchanged';
    if (!isFile) return { version, problems: ['not a file'] };
    if (size > bytesMax) return { version, problems: [`larger than ${bytesMax / 1024 / 1024} MiB`] };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    const words = await readBlockedWords(text);
    return 'problems' in words ? { version, ...words } : { version, words };
  } catch (error) {
    const problem = problemOf(error);
    version ||= problem;
    return version === known ? 'unchanged' : { version, problems: [problem] };
  }
}

async function fileOf(path: string) {
  const info = await stat(path);
  return { ino: info.ino, size: info.size, mtimeMs: info.mtimeMs, isFile: info.isFile() };
}

function problemOf(error: unknown): string {
  if (error instanceof TypeError) return 'not text in UTF-8';
  return `can’t be read: ${error instanceof Error ? error.message : String(error)}`;
}
