import { type Figures, latencyFigures } from './figures.ts';
import { Fleet } from './generator/fleet.ts';
import type { Services } from './systems/services.ts';
import { type System, type SystemSpec, startSystem } from './systems/system.ts';

/** What a case runs in. */
export interface Bench {
  services: Services;
  /** Generator processes. */
  generators: number;
  /** Everything small: to see that it works, not how fast. */
  quick: boolean;
}

export interface BenchRun extends AsyncDisposable {
  system: System;
  fleet: Fleet;
}

/** Starts a system and the generators for it, all fresh. */
export async function openBenchRun({ services, generators }: Bench, spec: SystemSpec): Promise<BenchRun> {
  await using stack = new AsyncDisposableStack();
  const system = stack.use(await startSystem(spec, services));
  const fleet = stack.use(new Fleet({ urls: system.urls, dialect: spec.dialect }, generators));
  const held = stack.move();
  return { system, fleet, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

export interface Measured<T> {
  result: T;
  /** CPU of the system meanwhile, in microseconds. */
  cpu: number;
  generatorCores: number;
}

/** Does something, and tells what the system and the generators used for it. */
export async function measure<T>({ system, fleet }: BenchRun, work: () => Promise<T>): Promise<Measured<T>> {
  const generatorsBefore = await fleet.cpu();
  const { cpu: before } = await system.usage();
  const startedAt = performance.now();
  const result = await work();
  const ms = performance.now() - startedAt;
  const { cpu: after } = await system.usage();
  const used = (await fleet.cpu()).map((cpu, index) => cpu - (generatorsBefore[index] ?? 0));
  return { result, cpu: after - before, generatorCores: Math.max(...used) / 1_000 / ms };
}

/** What calls came to that were made in a closed loop. */
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
