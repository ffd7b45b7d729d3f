import { localServerUrl } from '@earshot/server/config';
import { Command, InvalidArgumentError, Option } from 'commander';
import { numberFrom, username } from '../arguments.ts';
import { type Destination, parseDestination } from './destination.ts';

const help = `
In the chat:
  /who    users in the room    /near   rooms nearby
  /help   these commands       /quit   leave (as Ctrl-C does)
In a room that you made (without a text, the title or topic is removed):
  /title TEXT   change its title    /topic TEXT   change its topic
With --around, instead of /title and /topic:
  /join NUMBER   write in the room with that number

Examples:  earshot chat Berlin --as Ada
           earshot chat 52.52 13.405 --as Ada
           earshot chat Berlin --around
           earshot chat -33.87 151.21 --as Bob --radius 500
           earshot chat 52.52 13.405 --url https://chat.example.com`;

/** The command line of `earshot chat`. */
export function chatCommand(): Command {
  return new Command('chat')
    .description('Chat with the people near a location, in this terminal.')
    .argument('<place...>', 'the name of a place, or its latitude and longitude in decimal degrees')
    .option(
      '--as <name>',
      'your name (default: Guest and a number); a guest’s, if the server checks tokens and allows guests',
      username,
    )
    .option('--url <url>', 'the server (default: this machine, at PORT or 3001)')
    .option('--token <token>', 'your token, if the server checks tokens')
    .addOption(
      new Option('--token-file <file>', 'a file with your token, read again when the token ends').conflicts('token'),
    )
    .addOption(
      new Option('--token-command <command>', 'a command that prints your token, run again when it ends').conflicts([
        'token',
        'tokenFile',
      ]),
    )
    .option(
      '--device-file <file>',
      'the file with the random id of this device; sanctions of a guest hold for the next guest with it (default: ~/.config/earshot/device)',
    )
    .option('--around', 'show the messages of all rooms around the location')
    .option(
      '--radius <metres>',
      'search for rooms within this distance',
      numberFrom(0, 50_000, { unit: ' metres' }),
      5_000,
    )
    .addHelpText('after', help)
    .action(async (words: string[], { url = localServerUrl(), ...options }, command: Command) => {
      const destination = parseWords(command, words);
      await (await import('./chat.ts')).chat({ destination, url, ...options });
    });
}

/** Reports invalid arguments as the command line reports those of options. */
function parseWords(command: Command, words: readonly string[]): Destination {
  try {
    return parseDestination(words);
  } catch (error) {
    if (error instanceof InvalidArgumentError) command.error(`error: ${error.message}`);
    throw error;
  }
}
