import { localServerUrl } from '@earshot/server/config';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { username } from '../arguments.ts';

const help = `
The monitor joins the room under its own name: users see it, it counts as present, and it sends no messages.
Scenarios send messages, in the given room or else in a new one.

Examples:
  earshot monitor 52.52,13.405                                        the room near a location, on this machine
  earshot monitor https://chat.example.com 52.52,13.405               the same on another server
  earshot monitor ws://127.0.0.1:3001/ws/40.7128_-74.0060             a room of legacy clients
  earshot monitor http://127.0.0.1:3001 52.52,13.405 --wire both --not 'PING,PONG,rooms.*'
  earshot monitor ws://127.0.0.1:3001/ws/lobby --json --for 60 > frames.jsonl
  earshot monitor http://127.0.0.1:3001 --wire both --run all
Put -- before a negative latitude:  earshot monitor http://127.0.0.1:3001 -- -33.87,151.21

Exit codes: 0 success; 1 a room could not be joined, or a scenario failed; 2 the command line is invalid.`;

/** The command line of `earshot monitor`. The implementation is loaded on use. */
export function monitorCommand(): Command {
  return new Command('monitor')
    .description('Show the frames that a server sends, or test it with scenarios.')
    .argument(
      '[url]',
      'ws://host/ws/<location_id>, http://host/trpc, or a server’s base URL (default: this machine, at PORT or 3001)',
    )
    .argument('[rooms...]', 'room ids, or locations as latitude,longitude')
    .addOption(
      new Option('--wire <wire>', 'the protocol, if the URL names none (default: trpc)').choices([
        'trpc',
        'legacy',
        'both',
      ]),
    )
    .option('--only <types>', 'show only these types of frames (message.* matches a prefix)', list)
    .option('--not <types>', 'hide these types', list)
    .option('--json', 'print one JSON object per line')
    .option('--full', 'print whole payloads (default if the output is not a terminal)')
    .option('--for <seconds>', 'stop after this time', seconds)
    .option('--run <scenarios>', 'run scenarios instead: join, chat, two-users, reconnect, bad-frames or all', list)
    .option('--as <name>', 'your name (default: monitor-xxxx)', username)
    .option('--token <token>', 'your token; give it twice for scenarios with two users', collect)
    .addHelpText('after', help)
    .showHelpAfterError('Try `earshot monitor --help`.')
    .exitOverride(({ exitCode, code, message }) => {
      throw new CommanderError(exitCode === 0 ? 0 : 2, code, message);
    })
    .action(async (first: string | undefined, others: string[], options, command: Command) => {
      const { monitor, UsageError } = await import('./monitor.ts');
      const { url = localServerUrl(), rooms } = readArguments(first, others);
      try {
        process.exitCode = await monitor(url, rooms, options);
      } catch (error) {
        if (error instanceof UsageError) command.error(`error: ${error.message}`);
        throw error;
      }
    });
}

/** A server URL contains a colon or a slash. A first argument without either is a room on the local server. */
function readArguments(first: string | undefined, others: string[]): { url?: string; rooms: string[] } {
  if (first === undefined) return { rooms: [] };
  return /[:/]/.test(first) ? { url: first, rooms: others } : { rooms: [first, ...others] };
}

function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1_000_000) return value;
  throw new InvalidArgumentError('It must be a number of seconds up to 1000000.');
}

const list = (text: string) => text.split(',').map((item) => item.trim());

const collect = (item: string, before: string[] = []) => [...before, item];
