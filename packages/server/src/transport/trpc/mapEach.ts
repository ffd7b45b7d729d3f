/**
 * What a generator yields and throws, made into something else. An async generator around it would do the same, and hold
 * a kilobyte for each of the many thousands who only wait.
 */
export function mapEach<From, To>(
  source: AsyncGenerator<From, void, void>,
  to: { value: (from: From) => To; error: (error: unknown) => unknown },
): AsyncIterableIterator<To, void, void> {
  const mapped = (result: IteratorResult<From, void>): IteratorResult<To, void> =>
    result.done ? result : { done: false, value: to.value(result.value) };
  const failed = (error: unknown): never => {
    throw to.error(error);
  };
  return {
    next: () => source.next().then(mapped, failed),
    return: () => source.return().then(mapped, failed),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
