import { Command } from 'commander';

const help = `
MONGODB_URI and MONGODB_DB name the database, as for \`earshot serve\`. Stop the original service and make a backup first.
Every message gets its number in its room, in order of time. Unreadable documents are listed and not changed.
The command can be interrupted: run it again to continue. docs/operations.md describes the conversion.`;

/** The command line of `earshot migrate`. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Migrate a MongoDB database of the original service to Earshot.')
    .option('--dry-run', 'report what would change, and write nothing', false)
    .option('--report <file>', 'write the list of unreadable documents to this file')
    .addHelpText('after', help)
    .action(async (options) => (await import('./migrate.ts')).migrate(options));
}
