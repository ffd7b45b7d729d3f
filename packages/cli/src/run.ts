import { ConfigError } from '@earshot/server/config';
import { Command, CommanderError } from 'commander';
import { adminCommand } from './admin/command.ts';
import { chatCommand } from './chat/command.ts';
import { migrateCommand } from './migrate/command.ts';
import { monitorCommand } from './monitor/command.ts';
import { serveCommand } from './serve/command.ts';
import { StartError } from './startError.ts';

/** The `earshot` command. Each subcommand loads only what it needs. */
function earshotCommand(): Command {
  const program = new Command('earshot')
    .description('Location-based real-time chat: people near each other share a room.')
    .showHelpAfterError(helpHint('earshot'))
    .exitOverride();
  const commands = [chatCommand(), adminCommand(), migrateCommand()];
  const serve = inherit(serveCommand(), program).showHelpAfterError(helpHint(program.name())); // it gets unknown commands, too
  program.addCommand(serve, { isDefault: true });
  for (const command of commands) program.addCommand(inherit(command, program));
  return program.addCommand(monitorCommand());
}

const helpHint = (name: string) => `Try \`${name} --help\`.`;

/**
 * Gives the command and its subcommands the settings of the program, so that they too throw their errors instead of ending the process.
 * Each names its own help after an error.
 */
function inherit(command: Command, program: Command, parent = program.name()): Command {
  const name = `${parent} ${command.name()}`;
  command.copyInheritedSettings(program).showHelpAfterError(helpHint(name));
  for (const subcommand of command.commands) inherit(subcommand, program, name);
  return command;
}

/** Runs the `earshot` command, and prints its error. Resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await earshotCommand().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    process.stderr.write(`${messageFor(error)}\n`);
    return 1;
  }
}

/** The text of an error. Errors that the user can fix are printed without a stack. */
function messageFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isKnown = error instanceof ConfigError || error instanceof StartError || 'code' in error;
  return (isKnown ? undefined : error.stack) ?? error.message;
}
