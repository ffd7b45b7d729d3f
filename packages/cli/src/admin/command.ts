import { Command } from 'commander';
import { auditCommand } from './audit/command.ts';
import { reportsCommand } from './reports/command.ts';
import { rolesCommand } from './roles/command.ts';
import { sanctionsCommand } from './sanctions/command.ts';
import { usersCommand } from './users/command.ts';

const help = `
The settings of the server name the store: MONGODB_URI, MONGODB_DB and REDIS_URL, or DATA_DIR. Set them as for \`earshot serve\`.
Servers may be running; they follow each change within seconds. What is changed is recorded in the audit log.`;

/** The command line of `earshot admin`. Each subcommand loads only what it needs. */
export function adminCommand(): Command {
  const command = new Command('admin')
    .description('Moderate this deployment: users, roles, reports and the audit log.')
    .addHelpText('after', help);
  const all = [usersCommand(), rolesCommand(), sanctionsCommand(), reportsCommand(), auditCommand(), signOutCommand()];
  for (const one of all) command.addCommand(one.copyInheritedSettings(command));
  return command;
}

function signOutCommand(): Command {
  return new Command('sign-out')
    .description('End all sessions of a user: their connections, and their tokens that were issued until now.')
    .argument('<user>', 'the id of the user')
    .addHelpText(
      'after',
      '\nTokens that are issued afterwards are valid: to keep a person out, also end the account at its issuer.',
    )
    .action(async (userId: string) => (await import('./signOut.ts')).signOut(userId));
}
