import { globSync } from 'node:fs';
import path from 'node:path';

/** Code that needs no service and no clock of its own: what its unit tests overlook is a gap in them. */
const sources = [
  'packages/shared/src/{emoji,message,pageWeight,position,serialize,text,wire}.ts',
  'packages/server/src/{async,feed,store}/*.ts',
  'packages/client/src/**/{messageLog,reactions,roomTimeline}.ts',
];

/** Files that are tested through others in their folder, or with them. */
const testedWith: Readonly<Record<string, readonly string[]>> = {
  'messageLog.ts': ['reactions.ts', 'roomTimeline.ts'],
  'roomTimeline.ts': ['reactions.ts'],
};

/** A source file, and the tests that must notice each of its mutations. Paths from the root. */
export interface Subject {
  readonly source: string;
  readonly tests: readonly string[];
}

/** Lists the source files with tests beside them whose path contains a filter. */
export function findSubjects(root: string, filters: readonly string[]): Subject[] {
  return sources
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((file) => !/\.test\.ts$|\/test[A-Z]\w*\.ts$/.test(file))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort()
    .map((source) => ({ source, tests: findTests(root, source) }))
    .filter(({ tests }) => tests.length > 0);
}

/** Lists `NAME.test.ts` and `NAME.*.test.ts` in the folder of the source. */
function findTests(root: string, source: string): string[] {
  const { dir, base } = path.parse(source);
  const names = [base, ...(testedWith[base] ?? [])].map((file) => path.parse(file).name);
  return names.flatMap((name) => globSync(`${dir}/${name}.{test,*.test}.ts`, { cwd: root })).sort();
}
