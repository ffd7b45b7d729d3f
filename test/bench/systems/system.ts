import { once } from 'node:events';
import { type Child, startChild } from '../child.ts';
import type { DialectName } from '../generator/dialects/dialect.ts';
import type { Usage, UsageRequest } from './control.ts';
import type { Services } from './services.ts';

/** Something that is measured: how to start it, and how to speak to it. */
export interface SystemSpec {
  /** As the table calls it. */
  title: string;
  dialect: DialectName;
  /** What to run. Whatever it needs beside that (a folder, a database of its own) goes with the stack. */
  launch(services: Services, stack: AsyncDisposableStack): Promise<Launch>;
}

export interface Launch {
  args: string[];
  env: Record<string, string>;
  /** Processes to start, which act as one system. */
  instances?: number;
}

export interface System extends AsyncDisposable {
  spec: SystemSpec;
  urls: string[];
  /** What all its processes have used together. `collect`: after a garbage collection. */
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
  answer.catch(() => {}); // told by the race
  child.send(request);
  const ended = exited.then((how) => Promise.reject(new Error(`the system ended: ${how}`)));
  const [usage] = await Promise.race([answer, ended]);
  return usage;
}
