import type { Bench, BenchRun } from '../bench.ts';

/** Starts watchers of a room. Resolves to the growth of resident memory for each of them, in KiB, after a garbage collection. */
export async function watchAndMeasure(
  { quick }: Bench,
  { fleet, system }: BenchRun,
  { rooms, perRoom }: { rooms: string[]; perRoom: number },
): Promise<number> {
  const settled = () => fleet.quiet(quick ? 20 : 2_000);
  const connections = rooms.length * perRoom;
  // The first connections make the server load and compile the code that all of them share.
  await fleet.watch({ rooms, perRoom: Math.ceil(perRoom / 20), join: true });
  await fleet.dismiss();
  await settled();
  const before = await system.usage({ collect: true });
  await fleet.watch({ rooms, perRoom, join: true });
  await settled();
  const after = await system.usage({ collect: true });
  return (after.rss - before.rss) / connections / 1_024;
}
