/** Settles as `work` does. Until then, calls `notice` every `everyMs` milliseconds, with the milliseconds since the start. */
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
