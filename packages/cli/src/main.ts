#!/usr/bin/env -S node --max-semi-space-size=32
import { ConfigError, localServerUrl } from '@earshot/server/config';
import { usernameSchema } from '@earshot/shared';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { monitorCommand } from './monitor/command.ts';
import { StartError } from './startError.ts';

/** The `earshot` command. Each subcommand loads only what it needs. */
const program = new Command('earshot')
  .description('Location-based real-time chat: people near the same place talk in the same room.')
  .showHelpAfterError('Try `earshot --help`.')
  .exitOverride();

program
  .command('serve', { isDefault: true })
  .description('Run the server. Settings are environment variables; nothing needs to be set.')
  .addHelpText('after', '\nThe settings stand in README.md. Stop it with Ctrl-C or SIGTERM.')
  .action(async () => (await import('./serve/serve.ts')).serve());

program
  .command('chat')
  .description('Chat in this terminal with the people around a place.')
  .argument('<lat>', 'latitude in decimal degrees', degrees(90))
  .argument('<lon>', 'longitude in decimal degrees', degrees(180))
  .option('--as <name>', 'your name (default: a guest’s)', username)
  .option('--url <url>', 'the server (default: the one on this machine, at PORT or 3001)')
  .option('--token <token>', 'your token, where the server checks identities')
  .option('--radius <metres>', 'how far to look for a room', nonNegative, 5_000)
  .addHelpText(
    'after',
    `
In the chat:
  /who    who is here          /near   rooms around
  /help   this list            /quit   leave (Ctrl-C does too)

Examples:  earshot chat 52.52 13.405 --as Ada
           earshot chat -33.87 151.21 --as Bob --radius 500
           earshot chat 52.52 13.405 --url https://chat.example.com`,
  )
  .action(async (latitude: number, longitude: number, { url = localServerUrl(), ...options }) =>
    (await import('./chat/chat.ts')).chat({ location: { latitude, longitude }, url, ...options }),
  );

program
  .command('migrate')
  .description('Open the database of the original service, in MongoDB, to Earshot.')
  .option('--dry-run', 'tell what would be done, and write nothing', false)
  .option('--report <file>', 'write the list of what can’t be read to a file instead of the output')
  .addHelpText(
    'after',
    `
MONGODB_URI and MONGODB_DB name the database, as they do for \`earshot serve\`. Stop the original service and make a
backup first. Every message gets its place in its room, by its time. What can't be read is listed and left as it is.
Run it again whenever it was interrupted: it goes on where it was. docs/operations.md tells the rest.`,
  )
  .action(async (options) => (await import('./migrate/migrate.ts')).migrate(options));

program.addCommand(monitorCommand());

function degrees(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Math.abs(value) <= max) return value;
    throw new InvalidArgumentError(`It must be a number from -${max} to ${max}.`);
  };
}

function username(text: string): string {
  const parsed = usernameSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`The name ${parsed.error.issues[0]?.message ?? 'is not valid'}.`);
}

function nonNegative(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 50_000) return value;
  throw new InvalidArgumentError('It must be a number of metres from 0 to 50000.');
}

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
