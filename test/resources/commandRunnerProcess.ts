import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../../packages/cli/src/run.ts';

// The process of `startCommandRunner`.

export interface CommandResult {
  code: number;
  /** The output of both streams. */
  output: string;
}

/** Milliseconds in which a command that has ended closes its connections and threads. */
const closingMs = 10_000;

const ownEnv = { ...process.env };

process.on('message', async ({ args, env }: { args: string[]; env: Record<string, string> }) => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, ownEnv, env);
  const before = process.getActiveResourcesInfo().length;
  let output = '';
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (text: string | Uint8Array, ...rest: unknown[]) => {
      output += typeof text === 'string' ? text : Buffer.from(text).toString();
      const done = rest.at(-1);
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  }
  const code = await run(args);
  const deadline = performance.now() + closingMs;
  while (process.getActiveResourcesInfo().length > before) {
    if (performance.now() > deadline) {
      output += `The command left open: ${process.getActiveResourcesInfo().join(', ')}\n`;
      break;
    }
    await delay(1);
  }
  process.send?.({ code, output } satisfies CommandResult);
});
