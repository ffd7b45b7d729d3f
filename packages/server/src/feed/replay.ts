import type { LoggedMessage } from '../store/store.ts';
import type { ChangeEvent } from './envelope.ts';

/**
 * Turns messages read back from the store into the events that a watcher missed. The store keeps only the current version of a message, so
 * one event may stand for several. A watcher that never saw the message receives `message.created`, however often the message has changed
 * since.
 */
export class Replay {
  readonly #knownSeq: number;
  readonly #unseen: ReadonlySet<number> | undefined;
  readonly #announced = new Set<number>();

  /** `knownSeq`: the watcher has received every message up to this `seq`, except those with a `seq` in `unseen`. */
  constructor(knownSeq: number, unseen?: ReadonlySet<number>) {
    this.#knownSeq = knownSeq;
    this.#unseen = unseen;
  }

  event(message: LoggedMessage): ChangeEvent {
    // A message that changes between two pages is read twice.
    const isNew = (message.seq > this.#knownSeq || this.#unseen?.has(message.seq)) && !this.#announced.has(message.seq);
    if (this.#announced.size >= announcedMax) this.#announced.clear();
    if (isNew) this.#announced.add(message.seq);
    return { type: isNew ? 'message.created' : 'message.updated', message };
  }
}

/** Bounds the memory of a watcher that never catches up; past this it may receive a message as new twice. */
const announcedMax = 10_000;

/**
 * Adapts an event of a shared feed to one watcher: a message that reached the feed late may be known to a watcher that attached later or read
 * the store itself. `knownSeq`: as above. `unseen`: the watcher has not received the message before.
 */
export function toWatcherEvent(event: ChangeEvent, knownSeq: number, unseen = false): ChangeEvent {
  const { message } = event;
  if (message.seq <= knownSeq) return event.type === 'message.updated' ? event : { type: 'message.updated', message };
  return unseen ? { type: 'message.created', message } : event;
}
