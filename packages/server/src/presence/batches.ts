const batchSize = 500;

/** Runs a task for each item, at most 500 concurrently, so that many repairs do not flood Redis. */
export async function inBatches<T>(items: Iterable<T>, task: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  while (waiting.length > 0) await Promise.all(waiting.splice(0, batchSize).map(task));
}
