type Timer = ReturnType<typeof setTimeout>;

/** Lets a Node process end though the timer is pending; browsers, whose timers are numbers, have no such thing. */
export function unrefTimer(timer: Timer): Timer {
  if (typeof timer === 'object' && 'unref' in timer) timer.unref();
  return timer;
}

/** The longest time that a timer takes, in milliseconds. */
const longestMs = 2 ** 31 - 1;

/** The reverse: keeps a Node process from ending until the function returned is called. */
export function holdProcess(): () => void {
  const timer = setInterval(() => {}, longestMs);
  return () => clearInterval(timer);
}
