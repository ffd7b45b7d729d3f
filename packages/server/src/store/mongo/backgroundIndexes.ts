import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../observe/logger.ts';
import type { Collections } from './collections.ts';
import { memberNameIndexes } from './memberFields.ts';
import { storeError } from './storeError.ts';
import { unnumberedIndex } from './unnumbered.ts';

const present = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } });

/**
 * The indexes that find the data about one user, and messages without a number. They are built in the background, because over many messages
 * of an earlier version that takes minutes, in which instances must start and send. MongoDB accepts writes meanwhile. Only exports, erasures
 * and searches by name wait for them.
 */
export class BackgroundIndexes {
  readonly #all: Collections;
  readonly #log: Logger;
  #ready: Promise<void> | undefined;
  #closed = false;

  constructor(all: Collections, log: Logger) {
    this.#all = all;
    this.#log = log;
  }

  /** Starts to build the indexes. */
  start(): void {
    this.ready().catch(() => {}); // logged
  }

  /** Resolves when the indexes exist. A failed build is started again by the next call. */
  ready(): Promise<void> {
    this.#ready ??= createIndexes(this.#all).catch((err: unknown) => {
      this.#ready = undefined;
      if (!this.#closed) this.#log.warn({ err: storeError(err) }, failed);
      throw err;
    });
    return this.#ready;
  }

  /** Waits for a build that is nearly finished; MongoDB continues with a longer one. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.race([this.#ready?.catch(() => {}), delay(lastBuildTimeout, undefined, { ref: false })]);
  }
}

const lastBuildTimeout = 1_000;
const failed = 'indexes not built: exports, erasures and searches by name wait for them (the next one tries again)';

async function createIndexes({ messages, reactions, members, rooms }: Collections): Promise<void> {
  await members.createIndexes([
    { key: { user_id: 1, room_id: 1 } },
    ...Object.values(memberNameIndexes).map((key) => ({ key })),
  ]);
  await rooms.createIndexes([{ key: { created_by: 1, _id: 1 }, ...present('created_by') }]);
  await reactions.createIndexes([{ key: { user_id: 1, message_id: 1, emoji: 1 } }]);
  await messages.createIndexes([
    { key: { user_id: 1, _id: 1 } },
    unnumberedIndex,
    // Only reactions that are in the message's document and nowhere else: those of the original service.
    {
      key: { 'reactions.user_id': 1, _id: 1 },
      partialFilterExpression: { 'reactions.user_id': { $exists: true }, reaction_counts: null },
    },
  ]);
}
