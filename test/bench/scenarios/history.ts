import { type Bench, callFigures, measure, openBenchRun } from '../bench.ts';
import type { Figures } from '../figures.ts';
import { earshot } from '../systems/earshot.ts';
import type { SystemSpec } from '../systems/system.ts';
import type { Case, Scenario } from './scenario.ts';

export const history: Scenario = {
  name: 'history',
  about: 'newest page (50 messages) of a room with 20 watchers who read it, and of an equal room without watchers',
  leavesOut: 'older pages, which always come from the store, and messages that arrive meanwhile',
  cases: () =>
    (['SQLite', 'MongoDB'] as const).flatMap((store) =>
      (['watched', 'unwatched'] as const).map(
        (state): Case => ({
          load: `last page, ${store}`,
          system: `Earshot, ${state} room`,
          connections: readers,
          run: (bench) => measurePages(bench, earshot(store), state === 'watched'),
        }),
      ),
    ),
};

const readers = 20;

async function measurePages(bench: Bench, spec: SystemSpec, watched: boolean): Promise<Figures> {
  await using benchRun = await openBenchRun({ ...bench, generators: 1 }, spec);
  const { fleet } = benchRun;
  const rooms = await fleet.first.ask('makeRooms', { count: 1 });
  await fleet.first.ask('publish', { rooms, messages: 100, perSecond: 0 });
  await fleet.first.ask('joinWriters', { rooms, writers: readers, watch: watched });
  await fleet.first.ask('readPages', { ms: bench.quick ? 100 : 2_000 });
  return callFigures(await measure(benchRun, () => fleet.first.ask('readPages', { ms: bench.quick ? 200 : 5_000 })));
}
