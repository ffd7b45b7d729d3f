type Timer = ReturnType<typeof setTimeout>;

/** Lets a Node process end though the timer is pending; browsers, whose timers are numbers, have no such thing. */
export function unrefTimer(timer: Timer): Timer {
  if (typeof timer === 'object' && 'unref' in timer) timer.unref();
  return timer;
}
