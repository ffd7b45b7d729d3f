import type { SourceFile } from './sourceFile.ts';

type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** Which of the files each file imports, types included. `entries`: the files behind the names of packages. */
export function importGraph(files: readonly SourceFile[], entries: ReadonlyMap<string, string>): ImportGraph {
  const known = new Set(files.map(({ path }) => path));
  const importsOf = ({ imports }: SourceFile) =>
    imports.map(({ target }) => entries.get(target) ?? target).filter((target) => known.has(target));
  return new Map(files.map((file) => [file.path, importsOf(file)]));
}

/**
 * Finds import cycles: one of the shortest for each file that is on any, each cycle once. A cycle is a list of paths that begins and ends
 * with the same file.
 */
export function importCycles(graph: ImportGraph): string[][] {
  const cycles = new Map<string, string[]>();
  for (const file of graph.keys()) {
    const cycle = shortestCycle(graph, file);
    const key = cycle?.toSorted().join();
    if (cycle && key !== undefined && !cycles.has(key)) cycles.set(key, [...cycle, file]);
  }
  return [...cycles.values()];
}

/** A breadth-first search from the file back to itself. Null: the file is on no cycle. */
function shortestCycle(graph: ImportGraph, start: string): string[] | null {
  const importerOf = new Map<string, string>();
  // Iterating over an array includes elements added meanwhile.
  const queue = [start];
  for (const file of queue) {
    for (const target of graph.get(file) ?? []) {
      if (target === start) return pathTo(file, start, importerOf);
      if (importerOf.has(target)) continue;
      importerOf.set(target, file);
      queue.push(target);
    }
  }
  return null;
}

/** The files from the start of the search to the given one. */
function pathTo(file: string, start: string, importerOf: ReadonlyMap<string, string>): string[] {
  const path = [file];
  for (let at = file; at !== start; ) {
    at = importerOf.get(at) ?? start;
    path.unshift(at);
  }
  return path;
}
