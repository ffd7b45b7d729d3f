import { onlyTexts, parseCommandLine } from '../../resources/commandLine.ts';
import { count, type StoreKind, stores } from '../city/options.ts';
import { leavesOut } from '../leavesOut.ts';
import { smallScale } from './dataSet.ts';

export interface DataOptions {
  stores: readonly StoreKind[];
  /** The big set's share of the full one. */
  scale: number;
  rounds: number;
  /** Calls of one kind in a round. */
  calls: number;
  /** Parts of the names of the calls to measure; empty for all. */
  only: readonly string[];
  /** Where filled databases are stored for further runs; null: they are not. */
  keep: string | null;
}

export const dataHelp = `Usage: pnpm bench data [options]

Compares every procedure, frame and route on much data with the same on a thousandth of it: CPU time of a call in the server
and in mongod, p50 and p99, and the longest hold of the event loop. Then start, sweep, export, erasure, backup, and sizes.
At scale 1 the big set has 1,000,000 rooms, 20,000,000 messages, 1,000,000 members and 200,000 users.
Leaves out: ${leavesOut.data}.

Options:
  --store KIND     sqlite, mongodb or both (default both)
  --scale N        share of the full set, from 0.001 to 1 (default 1: about 20 GB and an hour; 0.05: about 1 GB)
  --rounds N       rounds of each call (default 3; the table has the medians)
  --calls N        calls in a round (default 50)
  --only TEXT      measures calls and does jobs whose names contain one of these texts, separated by semicolons
  --keep FOLDER    stores the filled SQLite files in this folder, and works on copies: further runs do not fill them again.
                   Databases in MONGODB_URI get fixed names and are used again as they are, so leave out sweep and erase
                   (--only) until the last run. Delete the folder and the databases named bench_data_... yourself.
                   Data of an earlier run that did not finish is deleted, with a note. A run is refused while another one has
                   the data, and if it would have to delete collections or files that this benchmark did not make.
  --help           show this help

Databases are stored in TMPDIR, and deleted afterwards. The exit code is 1 if a call misses a goal. If its CPU time does, the
call is measured once more, and its second CPU time and the longest hold of both tries count. docs/call-costs.md explains the table.
`;

/** Parses the command line; null for help. */
export function readDataOptions(args: readonly string[]): DataOptions | null {
  const { values } = parseCommandLine({
    args: [...args],
    options: {
      store: { type: 'string', default: 'both' },
      scale: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '3' },
      calls: { type: 'string', default: '50' },
      only: { type: 'string' },
      keep: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const scale = Number(values.scale);
  if (!(scale >= 0.001 && scale <= 1)) throw new Error('--scale must be a number from 0.001 to 1.');
  const chosen = stores(values.store);
  const keep = values.keep ?? null;
  // A MongoDB that is started here is deleted with its data.
  if (keep !== null && chosen.includes('mongodb') && !process.env.MONGODB_URI)
    throw new Error('--keep needs a MongoDB of your own: set MONGODB_URI, or choose --store sqlite.');
  // Both sets would have the same name.
  if (keep !== null && scale === smallScale) throw new Error(`--keep needs a --scale above ${smallScale}.`);
  return {
    stores: chosen,
    keep,
    scale,
    rounds: count('rounds', values.rounds),
    calls: count('calls', values.calls),
    only: onlyTexts(values.only),
  };
}
