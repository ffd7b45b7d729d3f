import { parseCommandLine, runScript, scriptArguments } from '../../resources/commandLine.ts';
import { leavesOut } from '../leavesOut.ts';

// The entry point of `pnpm bench:attack`. What it measures is loaded on use.

const help = `Usage: pnpm bench:attack

Measures the sends of 100 users behind nginx, without and with 20 attackers of one address, for a minute: four times six seconds
of each. The goal is a p99 of at most 1.5 times that without attackers, and no refused send; the last lines say whether it is met.
Leaves out: ${leavesOut.attack}.

  --help   show this help

nginx comes from PATH, else it is downloaded. Linux only: the users have loopback addresses of their own.
docs/call-costs.md explains the figures.
`;

await runScript(async () => {
  const { values } = parseCommandLine({
    args: scriptArguments(),
    options: { help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) process.stdout.write(help);
  else await (await import('./measureAttack.ts')).measureAttack();
});
