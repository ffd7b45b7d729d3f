import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { startChild } from '../child.ts';
import { type Figures, latencyFigures } from '../figures.ts';
import type { InsertOrder } from '../peers/insertOne.ts';
import type { Case } from './scenario.ts';

const script = fileURLToPath(import.meta.resolve('../peers/insertOne.ts'));

/** The baseline of a load of sends: plain inserts of the same messages, with `loops` at a time. */
export function insertOneLoops(load: string, loops: number): Case {
  return {
    load,
    system: loops === 1 ? 'one insertOne' : `${loops} insertOne loops`,
    connections: loops,
    run: (bench) => measureInserts(bench, loops),
  };
}

async function measureInserts({ services, quick }: Bench, loops: number): Promise<Figures> {
  const uri = await services.mongodb();
  const order: InsertOrder = { uri, loops, ms: quick ? 200 : 10_000, warmUpMs: quick ? 100 : 2_000 };
  await using child = startChild([script, JSON.stringify(order)]);
  const { looped, cpu } = JSON.parse(await child.printed(/result (.+)\n/));
  return {
    cpuPerCall: cpu / looped.calls,
    perSecond: (looped.calls / looped.ms) * 1_000,
    ...latencyFigures(looped.latencies),
  };
}
