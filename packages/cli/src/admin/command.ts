import { Command } from 'commander';
import { auditCommand } from './audit/command.ts';
import { reportsCommand } from './reports/command.ts';
import { rolesCommand } from './roles/command.ts';
import { sanctionsCommand } from './sanctions/command.ts';
import { parseRoom } from './scope.ts';
import { usersCommand } from './users/command.ts';
import { parseMessage, parseReason } from './values.ts';

const help = `
The settings of the server name the store: MONGODB_URI, MONGODB_DB and REDIS_URL, or DATA_DIR. Set them as for \`earshot serve\`.
Servers may be running; they follow each change within seconds. What is changed is recorded in the audit log.`;

/** The command line of `earshot admin`. Each subcommand loads only what it needs. */
export function adminCommand(): Command {
  const command = new Command('admin')
    .description('Moderate this deployment: users, roles, reports and the audit log.')
    .addHelpText('after', help);
  const groups = [usersCommand(), rolesCommand(), sanctionsCommand(), reportsCommand(), auditCommand()];
  for (const one of [...groups, removeCommand(), signOutCommand()]) command.addCommand(one);
  return command;
}

function removeCommand(): Command {
  return new Command('remove')
    .description('Remove a message: everyone then sees only that a moderator removed it.')
    .argument('<room>', 'the id of the room', parseRoom)
    .argument('<message>', 'the id of the message', parseMessage)
    .option('--reason <text>', 'the reason, for the audit log', parseReason)
    .action(async (room, message, options) =>
      (await import('./removeMessage.ts')).removeMessage(room, message, options),
    );
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
