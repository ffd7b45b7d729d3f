import { localServerUrl } from '@earshot/server/config';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

const help = `
There is no way to watch unseen: the monitor joins the room under its name, is counted there, and says nothing.
Scenarios do speak: in the room named, or in a new one of their own.

Examples:
  earshot monitor 52.52,13.405                                        the room near a place, on this machine
  earshot monitor https://chat.example.com 52.52,13.405               the same on another
  earshot monitor ws://127.0.0.1:3001/ws/40.7128_-74.0060             a room of older clients
  earshot monitor http://127.0.0.1:3001 52.52,13.405 --wire both --not 'PING,PONG,rooms.*'
  earshot monitor ws://127.0.0.1:3001/ws/lobby --json --for 60 > frames.jsonl
  earshot monitor http://127.0.0.1:3001 --wire both --run all
South is negative; put -- before it:  earshot monitor http://127.0.0.1:3001 -- -33.87,151.21

Exit codes: 0 all is well; 1 a room could not be joined, or a scenario failed; 2 the command line is wrong.`;

/** The command line of `earshot monitor`. The implementation is loaded on use. */
export function monitorCommand(): Command {
  return new Command('monitor')
    .description('Watch the frames that a server sends, or try it with scenarios.')
    .argument(
      '[url]',
      'ws://host/ws/<location_id>, http://host/trpc, or the server’s base (default: PORT here, or 3001)',
    )
    .argument('[rooms...]', 'rooms by their id, or places as latitude,longitude')
    .addOption(
      new Option('--wire <wire>', 'which wire, where the URL names none (default: trpc)').choices([
        'trpc',
        'legacy',
        'both',
      ]),
    )
    .option('--only <types>', 'show these types of frames alone (message.* for all that begin so)', list)
    .option('--not <types>', 'leave these types out', list)
    .option('--json', 'one JSON object a line, for programs')
    .option('--full', 'payloads as they are, however long (as when the output is no terminal)')
    .option('--for <seconds>', 'end after so long', seconds)
    .option('--run <scenarios>', 'instead of watching: join, chat, two-users, reconnect, bad-frames or all', list)
    .option('--as <name>', 'your name (default: monitor-xxxx)')
    .option('--token <token>', 'your token; twice for scenarios with two users', collect)
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
  throw new InvalidArgumentError('It must be a number of seconds.');
}

const list = (text: string) => text.split(',').map((item) => item.trim());

const collect = (item: string, before: string[] = []) => [...before, item];
