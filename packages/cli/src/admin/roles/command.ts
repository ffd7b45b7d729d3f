import { Argument, Command } from 'commander';
import { addScopeOptions } from '../scope.ts';
import { parseUser } from '../values.ts';

const roles = ['admin', 'moderator', 'areaModerator', 'owner', 'roomModerator'] as const;

/** The command line of `earshot admin roles`. */
export function rolesCommand(): Command {
  const list = new Command('list')
    .description('List the roles that were granted.')
    .option('--json', 'print JSON', false)
    .action(async (options) => (await import('./roles.ts')).list(options));
  const grant = new Command('grant')
    .description('Grant a role, in place of another one that was granted there.')
    .argument('<user>', 'the id of the user', parseUser)
    .addArgument(
      new Argument('<role>', 'admin or moderator of the server; areaModerator; owner or roomModerator').choices(roles),
    )
    .option('--name <name>', 'the name to show in lists')
    .option('--yes', 'do not ask before a role on the whole server is granted', false)
    .action(async (user, role, options) => (await import('./roles.ts')).grant(user, role, options));
  const withdraw = new Command('withdraw')
    .description('Withdraw the role that a user was granted.')
    .argument('<user>', 'the id of the user', parseUser)
    .action(async (user, options) => (await import('./roles.ts')).withdraw(user, options));
  const command = new Command('roles').description('See, grant and withdraw roles.');
  for (const one of [list, grant, withdraw]) command.addCommand(addScopeOptions(one));
  return command;
}
