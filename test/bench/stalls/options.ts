import { onlyTexts, parseCommandLine, wholeNumber } from '../../resources/commandLine.ts';
import { leavesOut } from '../leavesOut.ts';
import type { Size } from './data.ts';

export interface StallOptions {
  store: 'sqlite' | 'mongodb';
  /** The amount of data in the store. */
  size: Size;
  /** Rooms that are watched. */
  watched: number;
  /** Measured calls of each kind, after the first one and the warm-up. */
  repeats: number;
  /** Parts of the names of the calls and jobs to measure; empty for all. */
  only: readonly string[];
}

export const stallsHelp = `Usage: pnpm bench:stalls [options]

Measures how long each procedure, frame and route holds the event loop of a server with much data, in ms of CPU time: the first
call, and the minimum, median and maximum of later calls; then all CPU time of the cheapest of these. Then background jobs, once each.
Leaves out: ${leavesOut.stalls}.

Options:
  --store KIND     sqlite, or mongodb with Redis (default sqlite)
  --rooms N        rooms (default 100000)
  --messages N     messages (default 1000000)
  --members N      members of one room who are all present, each on a socket of its own (default 10000)
  --watched N      rooms that are watched (default 10000)
  --repeats N      measured calls of each kind (default 7)
  --only TEXT      only calls and jobs whose names contain one of these texts, separated by semicolons
  --help           show this help

Databases are stored in TMPDIR. docs/call-costs.md explains the table.
`;

/** Parses the command line; null for help. */
export function readStallOptions(args: readonly string[]): StallOptions | null {
  const { values } = parseCommandLine({
    args: [...args],
    options: {
      store: { type: 'string', default: 'sqlite' },
      rooms: { type: 'string', default: '100000' },
      messages: { type: 'string', default: '1000000' },
      members: { type: 'string', default: '10000' },
      watched: { type: 'string', default: '10000' },
      repeats: { type: 'string', default: '7' },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const { store } = values;
  if (store !== 'sqlite' && store !== 'mongodb') throw new Error('--store must be sqlite or mongodb.');
  const count = (name: 'rooms' | 'messages' | 'members' | 'watched' | 'repeats') =>
    wholeNumber(`--${name}`, values[name], [1]);
  return {
    store,
    size: { rooms: count('rooms'), messages: count('messages'), members: count('members') },
    watched: count('watched'),
    repeats: count('repeats'),
    only: onlyTexts(values.only),
  };
}
