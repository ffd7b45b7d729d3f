import { createFilter } from './filter.ts';
import type { Frame, FrameObserver, Observer } from './frame.ts';
import { legacyTypes, trpcTypes } from './frameTypes.ts';
import type { Identity } from './identity.ts';
import type { Output } from './output.ts';
import { Tally } from './tally.ts';
import type { RoomName, Target, Wire } from './target.ts';
import { watchLegacy } from './watchLegacy.ts';
import { watchTrpc } from './watchTrpc.ts';

interface MonitorWatchOptions {
  target: Target;
  identity: Identity;
  /** Whether the monitor generated the name itself. */
  ownName: boolean;
  only?: readonly string[] | undefined;
  not?: readonly string[] | undefined;
  /** Milliseconds after which the watch ends. */
  forMs?: number | undefined;
  output: Output;
}

/** Watches until Ctrl-C, the time limit, or the rejection of all rooms. Resolves to the exit code. */
export async function watch(options: MonitorWatchOptions): Promise<number> {
  const { target, identity, output } = options;
  const tally = new Tally();
  const startedAt = performance.now();
  reportStart(options);

  const shows = createFilter(options);
  const record = (frame: Frame) => {
    const shown = shows(frame);
    tally.add(frame, shown);
    if (shown) output.frame(frame);
  };
  const endController = new AbortController();
  const observers = target.wires.flatMap((wire) =>
    target.rooms.map((room) => observe(wire, room, { ...options, record, endSignal: endController.signal })),
  );
  await Promise.race([untilStopped(options.forMs), Promise.all(observers.map(({ ended }) => ended))]);
  endController.abort(); // connections that close from now on are expected
  await Promise.all(observers.map((observer) => observer.stop()));

  const ms = Math.round(performance.now() - startedAt);
  output.report(tally.line(ms), { summary: { ms, who: identity.username, ...tally.counts } });
  return observers.every(({ joined }) => joined) ? 0 : 1;
}

function reportStart({ target: { base, wires, rooms }, identity, output }: MonitorWatchOptions): void {
  const list = rooms.map(({ text }) => text).join(', ');
  output.report(
    `Watching ${list} on ${base} (${wires.join(', ')}) as ${identity.username}, which is shown there as present. Ctrl-C stops.`,
    { watching: { base, wires, rooms: rooms.map(({ text }) => text), who: identity.username } },
  );
}

interface ObserveOptions extends MonitorWatchOptions {
  record: (frame: Frame) => void;
  /** Aborts when the watch is over and observers leave. */
  endSignal: AbortSignal;
}

function observe(
  wire: Wire,
  room: RoomName,
  { target: { base }, identity, ownName, output, record, endSignal }: ObserveOptions,
): Observer {
  const typesOf = wire === 'trpc' ? trpcTypes() : legacyTypes;
  const origin = { wire, room: room.text };
  const observer: FrameObserver = {
    frame: (direction, data) => {
      const text = typeof data === 'string' ? data : null;
      const types = text === null ? ['(binary)'] : typesOf(direction, text);
      record({ ...origin, time: new Date(), direction, types, bytes: Buffer.byteLength(data), text });
    },
    note: (note) => {
      if (!endSignal.aborted) output.note({ ...origin, time: new Date(), note });
    },
  };
  return wire === 'trpc'
    ? watchTrpc({ base, room, identity, observer, leaves: ownName })
    : watchLegacy({ base, room, identity, observer });
}

/** Resolves at Ctrl-C, SIGTERM or the time limit. A second Ctrl-C ends the process immediately. */
function untilStopped(forMs: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = forMs === undefined ? undefined : setTimeout(stop, forMs);
    function stop() {
      clearTimeout(timer);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve();
    }
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}
