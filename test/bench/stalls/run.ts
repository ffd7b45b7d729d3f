import { runScript, scriptArguments } from '../../resources/commandLine.ts';
import { readStallOptions, stallsHelp } from './options.ts';

// The entry point of `pnpm bench:stalls`. What it measures is loaded on use.

await runScript(async () => {
  const options = readStallOptions(scriptArguments());
  if (options === null) process.stdout.write(stallsHelp);
  else await (await import('./measureStalls.ts')).measureStalls(options);
});
