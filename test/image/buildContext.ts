import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** Copies the build context `folder` without the files that `.dockerignore` excludes. */
export async function copyContext(folder: string, target: string): Promise<void> {
  const rules = readRules(await readFile(path.join(folder, '.dockerignore'), 'utf8'));
  await copyFolder('');

  async function copyFolder(relative: string): Promise<void> {
    for (const entry of await readdir(path.join(folder, relative), { withFileTypes: true })) {
      const file = path.posix.join(relative, entry.name);
      const isExcluded = excludes(rules, file);
      if (entry.isDirectory()) {
        const mayContain = rules.some(({ pattern, isException }) => isException && pattern.startsWith(`${file}/`));
        if (!isExcluded || mayContain) await copyFolder(file);
      } else if (!isExcluded) {
        await mkdir(path.join(target, relative), { recursive: true });
        await cp(path.join(folder, file), path.join(target, file), { verbatimSymlinks: true });
      }
    }
  }
}

interface Rule {
  pattern: string;
  /** Whether the line begins with `!`, which includes its files again. */
  isException: boolean;
}

/** The lines of a `.dockerignore`. */
function readRules(text: string): Rule[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ pattern: line.replace(/^!/, ''), isException: line.startsWith('!') }));
}

/** Whether a file is excluded. The last rule that matches it or one of its folders decides. Patterns begin at the root. */
function excludes(rules: readonly Rule[], file: string): boolean {
  const parts = file.split('/');
  const paths = parts.map((_, at) => parts.slice(0, at + 1).join('/'));
  const last = rules.findLast(({ pattern }) => paths.some((one) => matches(one, pattern)));
  return last !== undefined && !last.isException;
}

/** Go's `filepath.Match` with `**`. Unlike in a shell, `*` also matches names that begin with a dot. */
function matches(file: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?/g, (wildcard) => ({ '**/': '(.*/)?', '**': '.*', '*': '[^/]*' })[wildcard] ?? '[^/]');
  return new RegExp(`^${source}$`).test(file);
}
