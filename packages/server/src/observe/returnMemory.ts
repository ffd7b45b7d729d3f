import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { Script } from 'node:vm';
import type { Logger } from './logger.ts';

interface ReturnMemoryOptions {
  /** Returns the number of open connections. */
  sockets: () => number;
  log: Logger;
  /** Of this process, if omitted. */
  heap?: Heap;
}

/** The heap and the event loop of a process, as the decision to collect needs them. */
interface Heap {
  /** Returns the bytes of the heap's pages, used or not, and of the memory outside of the heap that its objects hold. */
  heldBytes(): number;
  /** Returns the share of the time since the last call in which the event loop worked, from 0 to 1. */
  utilization(): number;
  /** Starts a collection. */
  collect(): void;
}

const MiB = 1024 * 1024;
/** Milliseconds between two checks, and so at least between two collections. Clients that lost their connections are back before. */
const checkMs = 30_000;
/** Growth in bytes that is worth a collection: about 2,000 watchers. */
const growthMin = 32 * MiB;
/** Number of clients who have left that is worth a collection. */
const leftMin = 1_000;
/** The event loop is idle if it works for at most this share of the time: then a collection's pauses delay hardly any call. */
const idleShare = 0.05;
/** Bytes of external memory that make V8 start a collection: more than 64 MiB since the last one. */
const pressureBytes = 65 * MiB;
/** With a smaller heap limit, in bytes, V8 would stop the program for the collection. It collects such a heap often enough by itself. */
const heapLimitMin = 4 * pressureBytes;

/**
 * Makes V8 return memory to the operating system after many clients have left or the heap has grown, as soon as the event loop is idle. V8 by
 * itself collects the old part of its heap only when the heap grows. Call it once for a process.
 */
export function returnMemory({ sockets, log, heap = ownHeap() }: ReturnMemoryOptions): void {
  if (getHeapStatistics().heap_size_limit < heapLimitMin) return;
  let [leastBytes, mostSockets] = [heap.heldBytes(), 0];
  let collectedFrom: number | undefined;
  const check = () => {
    const utilization = heap.utilization();
    const [bytes, open] = [heap.heldBytes(), sockets()];
    if (collectedFrom !== undefined) {
      const [beforeMiB, afterMiB] = [collectedFrom, bytes].map((size) => Math.round(size / MiB));
      log.debug({ beforeMiB, afterMiB }, 'memory returned to the operating system');
      collectedFrom = undefined;
      leastBytes = bytes; // what is left is in use
    }
    leastBytes = Math.min(leastBytes, bytes);
    mostSockets = Math.max(mostSockets, open);
    if (utilization > idleShare) return;
    if (bytes < leastBytes + growthMin && open > mostSockets - leftMin) return;
    collectedFrom = bytes;
    mostSockets = open;
    heap.collect();
  };
  setInterval(check, checkMs).unref();
}

/** The heap and the event loop of this process. */
function ownHeap(): Heap {
  let last = performance.eventLoopUtilization();
  return {
    heldBytes() {
      const { total_heap_size: pages, external_memory: external } = getHeapStatistics();
      return pages + external;
    },
    utilization() {
      const usage = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(usage, last);
      last = usage;
      return utilization;
    },
    collect: startCollection,
  };
}

/**
 * Starts a collection that marks in small steps and on other threads; `gc()` would stop the program. It finds garbage, so V8's timer for idle
 * programs starts further collections seconds later, which return the free pages. The script is needed because V8 takes a program without C++
 * objects on its heap for a busy one (`node --trace-memory-reducer` shows this). Nothing touches the buffer's pages, so it takes no memory.
 */
function startCollection(): void {
  new Script('');
  try {
    new ArrayBuffer(pressureBytes).transfer(0);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // the process may not have so much address space: V8 collects when it must
  }
}
