import { auditActions } from '@earshot/shared';
import { Command, Option } from 'commander';
import { parseCell, parseRoom } from '../scope.ts';
import { parseLimit, parseTime, parseUser } from '../values.ts';

/** The command line of `earshot admin audit`. */
export function auditCommand(): Command {
  const list = new Command('list')
    .description('List the newest decisions of moderators and operators.')
    .option('--limit <number>', 'the most decisions to list', parseLimit, 20)
    .option('--json', 'print JSON', false)
    .action(async (options) => (await import('./audit.ts')).list(options));
  const exporting = new Command('export')
    .description('Write all decisions, newest first, as CSV or as JSON lines.')
    .addOption(
      new Option('--format <format>', 'csv, or jsonl: one JSON object in each line')
        .choices(['csv', 'jsonl'])
        .default('csv'),
    )
    .option('-o, --output <file>', 'a new file; without it: the standard output')
    .addHelpText('after', '\nThe log is read page by page, so the export needs little memory, whatever its length.')
    .action(async (options) => (await import('./exportAudit.ts')).exportAudit(options));
  const command = new Command('audit').description('Read the audit log.');
  for (const one of [list, exporting]) command.addCommand(addFilters(one));
  return command;
}

const addFilters = (command: Command): Command =>
  command
    .option('--actor <user>', 'only decisions of this user', parseUser)
    .option('--subject <user>', 'only decisions about this user', parseUser)
    .option('--room <id>', 'only decisions in this room', parseRoom)
    .option('--at <latitude,longitude>', 'only those about the area around this location, and in its rooms', parseCell)
    .addOption(new Option('--action <action>', 'only these decisions').choices(auditActions))
    .option('--since <time>', 'from this time on', parseTime)
    .option('--until <time>', 'before this time', parseTime);
