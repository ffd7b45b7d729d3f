import { heldOutcomeSchema, reportOutcomeSchema } from '@earshot/shared';
import { Argument, Command, Option } from 'commander';
import { addScopeOptions } from '../scope.ts';
import { parseLimit, parseReport } from '../values.ts';

/** The command line of `earshot admin reports`. */
export function reportsCommand(): Command {
  const list = addScopeOptions(new Command('list'))
    .description('List reports and messages that were held back, the oldest open ones first.')
    .addOption(new Option('--state <state>', 'open or resolved').choices(['open', 'resolved']).default('open'))
    .addOption(new Option('--kind <kind>', 'only reports, or only held messages').choices(['report', 'held']))
    .option('--limit <number>', 'the most to list', parseLimit, 20)
    .option('--json', 'print JSON', false)
    .action(async (options) => (await import('./reports.ts')).list(options));
  const show = new Command('show')
    .description('Show a report: the message as it was, the messages around it, and what became of it.')
    .argument('<report>', 'the id of the report', parseReport)
    .option('--json', 'print JSON', false)
    .action(async (id, options) => (await import('./reports.ts')).show(id, options));
  const resolve = new Command('resolve')
    .description('Resolve a report, and with it the other open reports about the same message.')
    .argument('<report>', 'the id of the report', parseReport)
    .addArgument(
      new Argument('<outcome>', 'what was decided').choices([
        ...reportOutcomeSchema.options,
        ...heldOutcomeSchema.options,
      ]),
    )
    .option('--note <text>', 'a note for other moderators')
    .addHelpText(
      'after',
      '\nHeld messages are `approved`, which sends them, or `refused`. The other outcomes only say what was done.',
    )
    .action(async (id, outcome, options) => (await import('./reports.ts')).resolve(id, outcome, options));
  const command = new Command('reports').description('See and resolve reports of users.');
  for (const one of [list, show, resolve]) command.addCommand(one);
  return command;
}
