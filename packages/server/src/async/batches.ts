/** Runs the task for each item, at most `size` concurrently. Rejects after the first batch in which a task rejects. */
export async function forEachInBatches<T>(
  items: Iterable<T>,
  size: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  while (waiting.length > 0) await Promise.all(waiting.splice(0, size).map(task));
}

/** Yields the items in arrays of `size`; the last one may be shorter. */
export async function* inBatches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[], void> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Yields the items. Before it yields one, it requests the next. */
export async function* readAhead<T>(items: AsyncIterable<T>): AsyncGenerator<T, void> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (let next = request(iterator); ; ) {
      const { done, value } = await next;
      if (done) return;
      next = request(iterator);
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** A rejection is reported when it is awaited. It is ignored if the consumer stops before that. */
function request<T>(iterator: AsyncIterator<T>): Promise<IteratorResult<T>> {
  const next = iterator.next();
  next.catch(() => {});
  return next;
}
