import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { Script } from 'node:vm';
import type { Logger } from './logger.ts';

interface ReturnMemoryOptions {
  /** Returns the number of open connections. */
  sockets: () => number;
  log: Logger;
}

const MiB = 1024 * 1024;
/** Milliseconds between two looks at the heap, and at least between two collections. A crowd that lost its connections is back before. */
const everyMs = 30_000;
/** The growth that is worth a collection: what about 2,000 watchers take. */
const grownBytes = 32 * MiB;
/** So many clients have left that their memory is worth one. */
const leftSockets = 1_000;
/** The event loop is idle if it works for less than this share of the time, so that hardly any call meets the collection's pauses. */
const idleShare = 0.05;
/** External memory that makes V8 start a collection: more than 64 MiB since the last one. */
const pressureBytes = 65 * MiB;
/** With a smaller heap V8 would stop the program for that collection. It collects such a heap often enough. */
const limitMin = 4 * pressureBytes;

/**
 * Returns the memory that a crowd or a burst leaves to the operating system, as soon as the event loop is idle. V8 collects the old part of its heap
 * only when the heap grows.
 */
export function returnMemory({ sockets, log }: ReturnMemoryOptions): void {
  if (getHeapStatistics().heap_size_limit < limitMin) return;
  let [leastBytes, mostSockets] = [heldBytes(), 0];
  let collectedFrom: number | undefined;
  let lastLook = performance.eventLoopUtilization();
  const look = () => {
    const thisLook = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(thisLook, lastLook);
    lastLook = thisLook;
    const [bytes, open] = [heldBytes(), sockets()];
    if (collectedFrom !== undefined) {
      const [beforeMiB, afterMiB] = [collectedFrom, bytes].map((size) => Math.round(size / MiB));
      log.debug({ beforeMiB, afterMiB }, 'memory returned to the operating system');
      collectedFrom = undefined;
      leastBytes = bytes; // what is left is in use
    }
    leastBytes = Math.min(leastBytes, bytes);
    mostSockets = Math.max(mostSockets, open);
    if (utilization > idleShare) return;
    if (bytes < leastBytes + grownBytes && open > mostSockets - leftSockets) return;
    collectedFrom = bytes;
    mostSockets = open;
    startCollection();
  };
  setInterval(look, everyMs).unref();
}

/** The pages of the heap, used or not, and what its objects have outside of it. */
function heldBytes(): number {
  const { total_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

/**
 * Starts a collection that marks in small steps and on other threads, where `gc()` would stop the program. It finds garbage, so V8's timer for idle
 * programs starts others seconds later, which return the free pages. But without an object of C++ on its heap, such as a script, V8 takes every program for a busy
 * one (nodejs/node#66564). Nothing touches the buffer's pages, so it takes no memory.
 */
function startCollection(): void {
  new Script('');
  new ArrayBuffer(pressureBytes).transfer(0);
}
