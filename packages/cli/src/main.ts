#!/usr/bin/env -S node --max-semi-space-size=32
import { ConfigError } from '@earshot/server/config';
import { Command, CommanderError } from 'commander';
import { adminCommand } from './admin/command.ts';
import { chatCommand } from './chat/command.ts';
import { migrateCommand } from './migrate/command.ts';
import { monitorCommand } from './monitor/command.ts';
import { serveCommand } from './serve/command.ts';
import { StartError } from './startError.ts';

/** The `earshot` command. Each subcommand loads only what it needs. */
const program = new Command('earshot')
  .description('Location-based real-time chat: people near each other share a room.')
  .showHelpAfterError('Try `earshot --help`.')
  .exitOverride();

program
  .addCommand(serveCommand().copyInheritedSettings(program), { isDefault: true })
  .addCommand(chatCommand().copyInheritedSettings(program))
  .addCommand(adminCommand().copyInheritedSettings(program))
  .addCommand(migrateCommand().copyInheritedSettings(program))
  .addCommand(monitorCommand());

/** The text of an error. Errors that the user can fix are printed without a stack. */
function messageFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isKnown = error instanceof ConfigError || error instanceof StartError || 'code' in error;
  return (isKnown ? undefined : error.stack) ?? error.message;
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    process.stderr.write(`${messageFor(error)}\n`);
    process.exitCode = 1;
  }
}
