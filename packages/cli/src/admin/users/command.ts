import { Command } from 'commander';
import { parseUser } from '../values.ts';

/** The command line of `earshot admin users`. */
export function usersCommand(): Command {
  const show = new Command('show')
    .description('Show a user: the roles and sanctions in force, and the newest reports and decisions about them.')
    .argument('<user>', 'the id of the user', parseUser)
    .option('--json', 'print JSON', false)
    .action(async (user, options) => (await import('./users.ts')).show(user, options));
  const command = new Command('users').description('See what is known about users.');
  command.addCommand(show.copyInheritedSettings(command));
  return command;
}
