import { globSync } from 'node:fs';
import path from 'node:path';

/**
 * Code that needs no service and no clock of its own: what its unit tests overlook is a gap in them. `tests`: the tests of all files
 * of a group; without it, each file has its own beside it.
 */
const groups: readonly { readonly sources: string; readonly tests?: string }[] = [
  { sources: 'packages/shared/src/{emoji,message,position,serialize,text,wire}.ts' },
  { sources: 'packages/server/src/{async,feed,feed/cache,store}/*.ts' },
  {
    sources:
      'packages/client/src/{room/{messageLog,reactions,reduceTimeline,timelineEvents,timelinePages,timelineParts},outbox/pendingMessages}.ts',
    tests: 'packages/client/src/room/{reactions,reduceTimeline}.{test,*.test}.ts',
  },
];

/** A source file, and the tests that must notice each of its mutations. Paths from the root. */
export interface Subject {
  readonly source: string;
  readonly tests: readonly string[];
}

/** Lists the source files whose path contains a filter. Files without tests of their own are left out. */
export function findSubjects(root: string, filters: readonly string[]): Subject[] {
  const list = (pattern: string) => globSync(pattern, { cwd: root }).sort();
  return groups
    .flatMap(({ sources, tests }) => list(sources).map((source) => ({ source, tests: list(tests ?? besides(source)) })))
    .filter(({ source }) => !/\.test\.ts$|\/test[A-Z]\w*\.ts$/.test(source))
    .filter(({ source }) => filters.length === 0 || filters.some((filter) => source.includes(filter)))
    .filter(({ tests }) => tests.length > 0);
}

/** `NAME.test.ts` and `NAME.*.test.ts` in the folder of the source. */
function besides(source: string): string {
  const { dir, name } = path.parse(source);
  return `${dir}/${name}.{test,*.test}.ts`;
}
