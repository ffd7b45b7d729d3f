import { globSync } from 'node:fs';
import path from 'node:path';

/** Source files, and the tests that must notice their mutations. Without `tests`, each file has its own beside it. */
interface Group {
  readonly sources: string;
  readonly tests?: readonly string[];
  /** The tests of files in the group that have none beside them. */
  readonly otherwise?: readonly string[];
}

/** The tests of the feed: they run whole feeds on a store and a broker in memory. */
const feedTests = ['packages/server/src/feed/*.test.ts'];

/** The contract of stores, on SQLite alone: it needs no service. */
const storeContract = [
  'test/contract/store{Cached,History,IdleRooms,Messages,NewestMessages,People,Reactions,RoomPages,Rooms,Text,UnusedRooms}.test.ts',
];

/** Code that needs no service: what its tests overlook is a gap in them. */
const groups: readonly Group[] = [
  { sources: 'packages/shared/src/*.ts' },
  { sources: 'packages/server/src/async/*.ts' },
  { sources: 'packages/server/src/feed/!(feedWatch|hub|replay|roomFeed).ts', otherwise: feedTests },
  // They have tests of their own, but are the frame in which all tests of the feed run.
  { sources: 'packages/server/src/feed/{feedWatch,hub,replay,roomFeed}.ts', tests: feedTests },
  {
    sources: 'packages/server/src/feed/cache/*.ts',
    otherwise: [...feedTests, 'packages/server/src/feed/cache/*.test.ts', ...storeContract],
  },
  { sources: 'packages/server/src/store/*.ts', otherwise: storeContract },
  {
    sources: 'packages/server/src/store/sqlite/{,writing/}*.ts',
    tests: [
      ...storeContract,
      'packages/server/src/store/sqlite/{makeFolder,nearestCells,nearestCells.city,openDatabase,openEmbedded,readConnection,rewriteFile,schema,storeError}.test.ts',
      'packages/server/src/store/sqlite/writing/*.test.ts',
    ],
  },
  {
    sources:
      'packages/client/src/room/{messageLog,reactions,reduceTimeline,timelineEvents,timelinePages,timelineParts}.ts',
    tests: ['packages/client/src/room/{reactions,reduceTimeline}.{test,*.test}.ts'],
  },
  {
    sources: 'packages/client/src/outbox/pendingMessages.ts',
    tests: ['packages/client/src/room/{reactions,reduceTimeline}.{test,*.test}.ts'],
  },
  { sources: 'packages/client/src/neighbourhood/neighbourhoodState.ts' },
];

const declarations = 'has only declarations';
const otherThread =
  'runs in a thread or a process of its own, where a mutant is not active: test/contract/storeSqlite runs it';

/** Files of the measured folders that are not measured, with the reason. */
export const unmeasured: Readonly<Record<string, string>> = {
  'packages/server/src/feed/feedContext.ts': declarations,
  'packages/server/src/feed/watcher.ts': declarations,
  'packages/server/src/store/store.ts': declarations,
  'packages/server/src/store/sqlite/writer.ts': otherThread,
  'packages/server/src/store/sqlite/writerThread.ts': otherThread,
  'packages/server/src/store/sqlite/writing/copyThread.ts': otherThread,
  'packages/server/src/store/sqlite/writing/thread.ts': otherThread,
};

/** A source file, and the tests that must notice each of its mutations. Paths from the root. */
export interface Subject {
  readonly source: string;
  readonly tests: readonly string[];
}

/** Lists the source files whose path contains a filter. Files without tests of their own are left out. */
export function findSubjects(root: string, filters: readonly string[]): Subject[] {
  const list = (patterns: readonly string[]) => patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
  const testsOf = (source: string, { tests, otherwise = [] }: Group) => {
    const own = list(tests ?? [besides(source)]);
    return own.length > 0 ? own : list(otherwise);
  };
  return groups
    .flatMap((group) => list([group.sources]).map((source) => ({ source, tests: testsOf(source, group) })))
    .filter(({ source }) => !/\.test\.ts$|\/test[A-Z]\w*\.ts$/.test(source) && !(source in unmeasured))
    .filter(({ source }) => filters.length === 0 || filters.some((filter) => source.includes(filter)))
    .filter(({ tests }) => tests.length > 0);
}

/** Source files that are measured together, because they have the same tests. */
export interface Batch {
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/** Groups the files by their tests. The copy of the sources and the run without a mutant, which take seconds, are shared. */
export function toBatches(subjects: readonly Subject[]): Batch[] {
  const byTests = Map.groupBy(subjects, ({ tests }) => tests.join());
  return [...byTests.values()].map((batch) => ({
    sources: batch.map(({ source }) => source),
    tests: batch[0]?.tests ?? [],
  }));
}

/** `NAME.test.ts` and `NAME.*.test.ts` in the folder of the source. */
function besides(source: string): string {
  const { dir, name } = path.parse(source);
  return `${dir}/${name}.{test,*.test}.ts`;
}
