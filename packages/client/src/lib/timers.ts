type Timer = ReturnType<typeof setTimeout>;

/** Lets a Node process exit while the timer is pending. Timers of browsers are numbers and need nothing. */
export function unrefTimer(timer: Timer): Timer {
  if (typeof timer === 'object' && 'unref' in timer) timer.unref();
  return timer;
}

/** The longest delay of a timer, in milliseconds. */
const longestMs = 2 ** 31 - 1;

/** Keeps a Node process running until the returned function is called. */
export function keepProcessAlive(): () => void {
  const timer = setInterval(() => {}, longestMs);
  return () => clearInterval(timer);
}
