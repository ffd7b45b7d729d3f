import { localServerUrl } from '@earshot/server/config';
import { Command } from 'commander';
import { numberFrom, username } from '../arguments.ts';

const help = `
In the chat:
  /who    users in the room    /near   rooms nearby
  /help   these commands       /quit   leave (as Ctrl-C does)

Examples:  earshot chat 52.52 13.405 --as Ada
           earshot chat -33.87 151.21 --as Bob --radius 500
           earshot chat 52.52 13.405 --url https://chat.example.com`;

/** The command line of `earshot chat`. */
export function chatCommand(): Command {
  return new Command('chat')
    .description('Chat with the people near a location, in this terminal.')
    .argument('<lat>', 'latitude in decimal degrees', numberFrom(-90, 90))
    .argument('<lon>', 'longitude in decimal degrees', numberFrom(-180, 180))
    .option('--as <name>', 'your name (default: Guest and a number)', username)
    .option('--url <url>', 'the server (default: this machine, at PORT or 3001)')
    .option('--token <token>', 'your token, if the server checks tokens')
    .option('--radius <metres>', 'search for a room within this distance', numberFrom(0, 50_000, ' metres'), 5_000)
    .addHelpText('after', help)
    .action(async (latitude: number, longitude: number, { url = localServerUrl(), ...options }) =>
      (await import('./chat.ts')).chat({ location: { latitude, longitude }, url, ...options }),
    );
}
