import { once } from 'node:events';
import { type Child, startChild } from '../child.ts';
import type { ProtocolName } from '../generator/protocols/protocols.ts';
import type { Usage, UsageRequest } from './control.ts';
import { type DatabaseCpu, openDatabaseCpu } from './databaseCpu.ts';
import { cpuOf, memoryPeakOf, resetMemoryPeak, residentMemoryOf } from './processUsage.ts';
import type { Services } from './services.ts';

/** A measured system: how to start it, and its protocol. */
export interface SystemSpec {
  /** The name in the table. */
  title: string;
  protocol: ProtocolName;
  /** Whether it uses MongoDB and Redis, whose CPU time is then measured too. */
  hasSharedDatabases?: boolean;
  /** Describes what to run. */
  launch(context: LaunchContext): Promise<Launch>;
}

export interface LaunchContext {
  services: Services;
  /** Resources that the system needs (a folder, a database) are released with it. */
  stack: AsyncDisposableStack;
  /** The root of the checkout whose Earshot is measured. */
  checkout: string;
}

export interface Launch {
  /** A program, instead of Node.js. It prints its address and ends with its parent. */
  program?: string;
  args: string[];
  env: Record<string, string>;
  /** Number of processes that act as one system. */
  instances?: number;
}

export interface System extends AsyncDisposable {
  spec: SystemSpec;
  urls: string[];
  /** The resources that all its processes have used together. `collect` runs a garbage collection first. */
  usage(options?: { collect: boolean }): Promise<Usage>;
  /** Begins to measure the peak of resident memory. Returns a function that returns it, in bytes, over all processes; null except on Linux. */
  measurePeak(): (() => number) | null;
  /** CPU time of the databases so far, in microseconds. Null unless `spec.hasSharedDatabases`. */
  databaseCpu(): Promise<DatabaseCpu | null>;
}

const control = import.meta.resolve('./control.ts');

/** Starts a system; resolves when all its processes listen. */
export async function startSystem(spec: SystemSpec, context: Omit<LaunchContext, 'stack'>): Promise<System> {
  await using stack = new AsyncDisposableStack();
  const { program, args, env, instances = 1 } = await spec.launch({ ...context, stack });
  const children: Child[] = [];
  const urls: string[] = [];
  for (let n = 0; n < instances; n++) {
    const child = stack.use(
      program === undefined
        ? startChild(['--expose-gc', '--import', control, ...args], env)
        : startChild(args, env, program),
    );
    children.push(child);
    urls.push(await child.printed(/listens on (\S+)\n/));
  }
  const databaseCpu = spec.hasSharedDatabases ? await openDatabaseCpu(context.services, stack) : async () => null;
  const held = stack.move();
  return {
    spec,
    databaseCpu,
    urls,
    usage: async (options = { collect: false }) => {
      const ask = (child: Child) => (program === undefined ? askUsage(child, { usage: options }) : readUsage(child));
      const all = await Promise.all(children.map(ask));
      const sum = (of: 'rss' | 'gc') => all.reduce((total, one) => total + one[of], 0);
      return { cpu: all.flatMap(({ cpu }) => cpu), rss: sum('rss'), gc: sum('gc') };
    },
    measurePeak: () => {
      if (process.platform !== 'linux') return null;
      const pids = children.map(({ process: { pid = 0 } }) => pid);
      for (const pid of pids) resetMemoryPeak(pid);
      return () => pids.reduce((sum, pid) => sum + memoryPeakOf(pid), 0);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function askUsage({ process: child, exited }: Child, request: UsageRequest): Promise<Usage> {
  const answer = once(child, 'message');
  answer.catch(() => {}); // the race reports it
  child.send(request);
  const ended = exited.then((exitStatus) => Promise.reject(new Error(`the system ended: ${exitStatus}`)));
  const [usage] = await Promise.race([answer, ended]);
  return usage;
}

/** The resources of a program that is not Node.js. */
function readUsage({ process: { pid = 0 } }: Child): Usage {
  return { cpu: [cpuOf(pid)], rss: residentMemoryOf(pid), gc: 0 };
}
