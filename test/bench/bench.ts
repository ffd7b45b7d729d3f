import { type Figures, latencyFigures, type ProcessFigures } from './figures.ts';
import { Fleet } from './generator/fleet.ts';
import type { DatabaseCpu } from './systems/databaseCpu.ts';
import type { Services } from './systems/services.ts';
import { type System, type SystemSpec, startSystem } from './systems/system.ts';

/** The environment of a case. */
export interface Bench {
  services: Services;
  /** Generator processes. */
  generators: number;
  /** Small loads, to check that the benchmark works, not how fast it is. */
  quick: boolean;
  /** The root of the checkout whose Earshot is measured. */
  checkout: string;
}

export interface BenchRun extends AsyncDisposable {
  system: System;
  fleet: Fleet;
}

/** Starts a fresh system and fresh generators for it. */
export async function openBenchRun({ services, generators, checkout }: Bench, spec: SystemSpec): Promise<BenchRun> {
  await using stack = new AsyncDisposableStack();
  const system = stack.use(await startSystem(spec, { services, checkout }));
  const fleet = stack.use(new Fleet({ urls: system.urls, protocol: spec.protocol }, generators));
  const held = stack.move();
  return { system, fleet, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

export interface Measured<T> {
  result: T;
  /** CPU time of the system during the work, in microseconds. */
  cpu: number;
  /** CPU time of the busiest process, if there are several, and of the databases, divided by a number of deliveries or calls. */
  processFigures(of: number): ProcessFigures;
  /** Garbage collection on the system's main thread, as a percentage of that time. */
  gcPercent: number;
  generatorCores: number;
}

/** Runs `work` and measures the CPU time that the system and the generators use for it. */
export async function measure<T>({ system, fleet }: BenchRun, work: () => Promise<T>): Promise<Measured<T>> {
  const generatorsBefore = await fleet.cpu();
  const databasesBefore = await system.databaseCpu();
  const before = await system.usage();
  const startedAt = performance.now();
  const result = await work();
  const ms = performance.now() - startedAt;
  const after = await system.usage();
  const databasesAfter = await system.databaseCpu();
  const used = (await fleet.cpu()).map((cpu, index) => cpu - (generatorsBefore[index] ?? 0));
  const processes = after.cpu.map((cpu, index) => cpu - (before.cpu[index] ?? 0));
  const cpu = processes.reduce((sum, one) => sum + one, 0);
  const processFigures = (of: number): ProcessFigures => ({
    ...(processes.length > 1 && { busiestCpu: Math.max(...processes) / of }),
    ...(databasesBefore && databasesAfter && databaseFigures(databasesBefore, databasesAfter, of)),
  });
  return {
    ...{ result, cpu, processFigures, gcPercent: (100 * (after.gc - before.gc)) / cpu },
    generatorCores: Math.max(...used) / 1_000 / ms,
  };
}

function databaseFigures(before: DatabaseCpu, after: DatabaseCpu, of: number): DatabaseCpu {
  return {
    mongodCpu: (after.mongodCpu - before.mongodCpu) / of,
    redisCpu: (after.redisCpu - before.redisCpu) / of,
  };
}

/** The figures of calls made in a closed loop. */
export function callFigures({
  result,
  cpu,
  generatorCores,
}: Measured<{ calls: number; ms: number; latencies: number[] }>): Figures {
  return {
    cpuPerCall: cpu / result.calls,
    perSecond: (result.calls / result.ms) * 1_000,
    ...latencyFigures(result.latencies),
    generatorCores,
  };
}
