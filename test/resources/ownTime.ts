/** How long something took, in milliseconds. */
export interface Duration {
  total: number;
  /** Without the time in which this process was ready to run, and other processes had the CPUs. */
  own: number;
}

const tickMs = 5;

/** Measures work in this process that waits for timers, sockets and services. */
export async function measure(work: () => Promise<unknown>): Promise<Duration> {
  let waitedMs = 0;
  let last = { at: performance.now(), cpu: process.cpuUsage() };
  const tick = () => {
    const { user, system } = process.cpuUsage(last.cpu);
    const lateMs = performance.now() - last.at - tickMs;
    // What the process computed itself is its own time.
    waitedMs += Math.max(0, lateMs - (user + system) / 1_000);
    last = { at: performance.now(), cpu: process.cpuUsage() };
  };
  const startedAt = performance.now();
  const timer = setInterval(tick, tickMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  tick();
  const total = performance.now() - startedAt;
  return { total, own: total - waitedMs };
}
