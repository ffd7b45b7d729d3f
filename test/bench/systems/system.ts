import { once } from 'node:events';
import { type Child, startChild } from '../child.ts';
import type { ProtocolName } from '../generator/protocols/protocols.ts';
import type { Usage, UsageRequest } from './control.ts';
import type { Services } from './services.ts';

/** A measured system: how to start it, and its protocol. */
export interface SystemSpec {
  /** The name in the table. */
  title: string;
  protocol: ProtocolName;
  /** Describes what to run. Resources that it needs (a folder, a database) are released with the stack. */
  launch(services: Services, stack: AsyncDisposableStack): Promise<Launch>;
}

export interface Launch {
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
}

const control = import.meta.resolve('./control.ts');

/** Starts a system; resolves when all its processes listen. */
export async function startSystem(spec: SystemSpec, services: Services): Promise<System> {
  await using stack = new AsyncDisposableStack();
  const { args, env, instances = 1 } = await spec.launch(services, stack);
  const children: Child[] = [];
  const urls: string[] = [];
  for (let n = 0; n < instances; n++) {
    const child = stack.use(startChild(['--expose-gc', '--import', control, ...args], env));
    children.push(child);
    urls.push(await child.printed(/listens on (\S+)\n/));
  }
  const held = stack.move();
  return {
    spec,
    urls,
    usage: async (options = { collect: false }) => {
      const all = await Promise.all(children.map((child) => askUsage(child, { usage: options })));
      const sum = (of: keyof Usage) => all.reduce((total, one) => total + one[of], 0);
      return { cpu: sum('cpu'), rss: sum('rss'), workers: sum('workers') };
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
