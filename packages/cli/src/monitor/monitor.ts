import { originOf } from './format.ts';
import { identityOf, monitorName } from './identity.ts';
import { createOutput } from './output.ts';
import { chooseScenarios } from './run.ts';
import { readTarget, type Target, UsageError } from './target.ts';
import { watch } from './watch.ts';

export interface MonitorOptions {
  wire?: 'trpc' | 'legacy' | 'both';
  only?: string[];
  not?: string[];
  json?: boolean;
  full?: boolean;
  for?: number;
  run?: string[];
  as?: string;
  token?: string[];
}

export { UsageError };

/** The `monitor` command. Resolves to the exit code. Throws a UsageError for invalid arguments. */
export async function monitor(url: string, rooms: readonly string[], options: MonitorOptions): Promise<number> {
  const target = readTarget({ url, rooms, wire: options.wire });
  const { json = false, full = false, token: tokens = [] } = options;
  const name = options.as ?? monitorName();
  if (options.run !== undefined) {
    const start = chooseScenarios(options.run, { target, name, tokens });
    return start(createOutput({ json, full, originWidth: 0 }));
  }
  if (target.rooms.length === 0) {
    throw new UsageError('Give a room to watch: its id, or a location as latitude,longitude.');
  }
  return watch({
    target,
    identity: identityOf(name, tokens[0]),
    ownName: options.as === undefined && tokens.length === 0,
    only: options.only,
    not: options.not,
    forMs: options.for === undefined ? undefined : options.for * 1_000,
    output: createOutput({ json, full, originWidth: originWidth(target) }),
  });
}

/** With several wires or rooms, each line shows which ones it belongs to. */
function originWidth({ wires, rooms }: Target): number {
  const origins = wires.flatMap((wire) => rooms.map(({ text: room }) => originOf({ wire, room })));
  return origins.length === 1 ? 0 : Math.max(...origins.map((origin) => origin.length));
}
