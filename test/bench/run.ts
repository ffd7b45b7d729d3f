import { resolve } from 'node:path';
import { runScript, scriptArguments } from '../resources/commandLine.ts';
import { benchCity } from './city/run.ts';
import { runComparison } from './compare/run.ts';
import { benchData } from './data/run.ts';
import { help, readOptions } from './options.ts';
import { historyCells, historyMachines, readHistory } from './report/history.ts';
import { asMarkdown, asText } from './report/table.ts';
import { runBench } from './runBench.ts';

// The entry point of `pnpm bench`. Child processes end with this one, however it ends.

/** The root of this checkout. */
const checkout = resolve(import.meta.dirname, '../..');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
}

await runScript(async () => {
  const args = scriptArguments();
  const own = args[0] === 'city' ? benchCity : args[0] === 'data' ? benchData : null;
  if (own !== null) return own(args.slice(1));
  const options = readOptions(args);
  if (options === null) process.stdout.write(help);
  else if (options.history) await printHistory(options.markdown);
  else if (options.compare !== null) await runComparison(checkout, options.compare, options);
  else await runBench(checkout, options);
});

async function printHistory(markdown: boolean): Promise<void> {
  const runs = await readHistory(checkout);
  process.stdout.write((markdown ? asMarkdown : asText)(historyCells(runs)));
  process.stdout.write(
    historyMachines(runs)
      .map((line) => `\n${line}\n`)
      .join(''),
  );
}
