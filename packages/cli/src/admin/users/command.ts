import { Command } from 'commander';
import { addScopeOptions } from '../scope.ts';
import { parseLimit, parseUser } from '../values.ts';

/** The command line of `earshot admin users`. */
export function usersCommand(): Command {
  const search = addScopeOptions(new Command('search'))
    .description('Find members of rooms by the beginning of their name, or a user by the id.')
    .argument('<name>', 'the beginning of the name, in any case and without accents, or the whole id')
    .option('--limit <number>', 'the most to list', parseLimit, 20)
    .option('--json', 'print JSON', false)
    .action(async (name, options) => (await import('./users.ts')).search(name, options));
  const show = new Command('show')
    .description('Show a user: roles and sanctions in force, rooms, and the newest reports, decisions and messages.')
    .argument('<user>', 'the id of the user', parseUser)
    .option('--json', 'print JSON', false)
    .action(async (user, options) => (await import('./users.ts')).show(user, options));
  const command = new Command('users').description('Find users, and see what is known about them.');
  for (const one of [search, show]) command.addCommand(one);
  return command;
}
