/** Resolves to the result of `work`. Calls `notice` in each such interval until then, with the milliseconds so far. */
export async function withNotices<T>(
  work: Promise<T>,
  { notice, everyMs }: { notice: (ms: number) => void; everyMs: number },
): Promise<T> {
  const start = performance.now();
  const timer = setInterval(() => notice(Math.round(performance.now() - start)), everyMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
