import { newId, type Position, type RoomEvent } from '@earshot/shared';
import { TickShares } from '../async/tickShares.ts';
import { TimeSlicedQueue } from '../async/timeSlicedQueue.ts';
import { FanOut } from './fanOut.ts';
import { FanOutWatcher } from './fanOutWatcher.ts';
import { Cursor, type FeedEntry, Ring } from './ring.ts';
import type { Codec, Sink, Watcher } from './watcher.ts';

export const typing = { type: 'typing', user: { userId: 'ann', username: 'Ann' }, isTyping: true } as const;

export const message = {
  id: newId(),
  roomId: 'room',
  updatedSeq: 9,
  userId: 'ann',
  username: 'Ann',
  content: 'Hello',
  timestamp: new Date(),
  editedAt: null,
  deleted: false,
  reactions: [],
};
export const changeOf = (seq: number) => ({ type: 'message.updated', message: { ...message, seq } }) as const;

/** Encodes texts like `3:presence`, where the number is the position to resume from. */
export class CountingCodec implements Codec {
  encoded = 0;

  encode(event: RoomEvent, { seq }: Position): string | null {
    this.encoded += 1;
    return event.type === 'user.left' ? null : `${seq}:${event.type} `;
  }
}

export class TestSink implements Sink {
  readonly codec: Codec;
  readonly key: string;
  readonly written: string[] = [];
  framed = 0;
  full = false;

  constructor(codec: Codec, key = 'one') {
    this.codec = codec;
    this.key = key;
  }

  frame(text: string): Uint8Array {
    this.framed += 1;
    return Buffer.from(`${this.key}/${text}`);
  }

  write(bytes: Uint8Array): boolean {
    if (!this.full) this.written.push(Buffer.from(bytes).toString());
    return !this.full;
  }
}

export const at = (seq: number): Position => ({ seq, time: 1_000 + seq });
const neverFastPath = { fastPathUntil: 0, fastPathAfterSeq: 0 };

export type NeedsSlowPath = NonNullable<Watcher['needsSlowPath']>;

/** For the tests of the fan-out: a ring, its fan-out, and watchers that attach to it. */
export function createFanOutBench(capacity = 1_024, { writeQueue = new TimeSlicedQueue(), sectionSize = 256 } = {}) {
  const ring = new Ring(capacity);
  const fanOut = new FanOut(ring, { writeQueue, tickShares: new TickShares(), coalesceThreshold: 64, sectionSize });
  const push = (event: FeedEntry['event'], seq: number | null = null) => {
    ring.push({ event, fromConnectionId: '', position: seq === null ? null : at(seq) });
    fanOut.onAppend();
  };
  const stop = new AbortController();
  const newWatcher = (sink: Sink, cursor: Cursor, needsSlowPath?: NeedsSlowPath, fastPath = neverFastPath) => {
    const { fastPathUntil, fastPathAfterSeq: knownSeq } = fastPath;
    const watcher: Watcher = { history: 0, signals: [], fastPathUntil, ...(needsSlowPath && { needsSlowPath }) };
    const fanOutWatcher = new FanOutWatcher({ watcher, sink, cursor, knownSeq, fanOut });
    stop.signal.addEventListener('abort', () => fanOutWatcher.close());
    return fanOutWatcher;
  };
  const attach = (sink: Sink, needsSlowPath?: NeedsSlowPath, fastPath = neverFastPath) => {
    const position = ring.head.seq > 7 ? ring.head : at(7);
    const cursor = new Cursor(position, 0);
    cursor.moveTo(ring.end, position);
    const watcher = { cursor, isDetached: false, flush: () => {} };
    watcher.flush = newWatcher(sink, cursor, needsSlowPath, fastPath).begin(() => {
      watcher.isDetached = true;
    });
    return watcher;
  };
  return { ring, fanOut, push, attach, newWatcher, stop };
}

export function raise(): never {
  throw new Error('broken');
}
