import path from 'node:path';
import { parseSync } from 'oxc-parser';

export interface Import {
  /** The path from the repository's root for a relative import, otherwise the module's name. */
  target: string;
  /** Whether nothing of the import is left at run time. */
  typeOnly: boolean;
}

/** A source file as the dependency rules see it. */
export interface SourceFile {
  /** Relative to the repository's root. */
  path: string;
  text: string;
  /** The text without comments. */
  code: string;
  imports: readonly Import[];
}

/** Several tests parse all sources, and parsing takes most of their time. */
const parsed = new Map<string, SourceFile>();

export function parseSourceFile(file: string, text: string): SourceFile {
  const known = parsed.get(file);
  if (known?.text === text) return known;
  const sourceFile = parse(file, text);
  parsed.set(file, sourceFile);
  return sourceFile;
}

function parse(file: string, text: string): SourceFile {
  const { module, comments, errors } = parseSync(file, text);
  const error = errors[0];
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);
  const code = blankOut(text, comments);
  const imports = [...staticImports(module, text), ...dynamicImports(code)];
  return { path: file, text, code, imports: imports.map((one) => ({ ...one, target: resolve(file, one.target) })) };
}

type Module = ReturnType<typeof parseSync>['module'];

/** From the parser's list of modules: reading the syntax tree takes three times as long. */
function staticImports({ staticImports, staticExports }: Module, text: string): Import[] {
  const exports = staticExports.map(({ start, entries }) => ({ start, target: entries[0]?.moduleRequest?.value }));
  const all = [
    ...staticImports.map(({ start, moduleRequest }) => ({ start, target: moduleRequest.value })),
    ...exports,
  ];
  // `import { type A }` leaves an import without names at run time; only `import type` leaves nothing.
  return all.flatMap(({ start, target }) =>
    target === undefined
      ? []
      : [{ target, typeOnly: /^(im|ex)port\s+type\s+(?!from\b)/.test(text.slice(start, start + 100)) }],
  );
}

function dynamicImports(code: string): Import[] {
  return Array.from(code.matchAll(/\bimport\(\s*(['"`])(.*?)\1/g), ([, , target = '']) => ({
    target,
    typeOnly: false,
  }));
}

function resolve(file: string, target: string): string {
  return target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target) : target;
}

function blankOut(text: string, ranges: readonly { start: number; end: number }[]): string {
  let rest = text;
  for (const { start, end } of ranges) rest = rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end);
  return rest;
}
