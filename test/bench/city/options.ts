import { parseCommandLine, wholeNumber } from '../../resources/commandLine.ts';
import { leavesOut } from '../leavesOut.ts';

export type StoreKind = 'sqlite' | 'mongodb';

export interface CityOptions {
  stores: readonly StoreKind[];
  /** Rooms in the small city and in the big one. */
  small: number;
  big: number;
  messagesPerRoom: number;
  rounds: number;
  /** Calls of one kind in a round. */
  calls: number;
}

export const cityHelp = `Usage: pnpm bench city [options]

Compares a big city with a small one: CPU time of a call, the longest time that a call holds the event loop, and many
callers in one map cell with one. Both servers run at the same time, and calls to them alternate.
Leaves out: ${leavesOut.city}.

Options:
  --store KIND     sqlite, mongodb or both (default both)
  --rooms N        rooms in the big city (default 1000000)
  --small N        rooms in the small city (default 1000)
  --messages N     messages in a room (default 2)
  --rounds N       rounds of each call (default 5; the table has the medians)
  --calls N        calls in a round (default 100)
  --help           show this help

Databases are stored in TMPDIR. docs/call-costs.md explains the table.
`;

/** Parses the command line; null for help. */
export function readCityOptions(args: readonly string[]): CityOptions | null {
  const { values } = parseCommandLine({
    args: [...args],
    options: {
      store: { type: 'string', default: 'both' },
      rooms: { type: 'string', default: '1000000' },
      small: { type: 'string', default: '1000' },
      messages: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '5' },
      calls: { type: 'string', default: '100' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  return {
    stores: stores(values.store),
    small: count('small', values.small),
    big: count('rooms', values.rooms),
    messagesPerRoom: count('messages', values.messages),
    rounds: count('rounds', values.rounds),
    calls: count('calls', values.calls),
  };
}

/** Parses `--store`. */
export function stores(kind: string): readonly StoreKind[] {
  if (kind === 'both') return ['sqlite', 'mongodb'];
  if (kind === 'sqlite' || kind === 'mongodb') return [kind];
  throw new Error('--store must be sqlite, mongodb or both.');
}

/** Parses a number from 1. */
export const count = (name: string, text: string): number => wholeNumber(`--${name}`, text, [1]);
