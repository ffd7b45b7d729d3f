/** Resolves in the next tick of the event loop, after pending I/O: sockets are read and written in between. */
export const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let nextTick: Promise<void> | undefined;

/** Like `yieldToEventLoop`; all callers of one tick continue in one callback of the next. */
export function yieldTogether(): Promise<void> {
  nextTick ??= yieldToEventLoop().then(() => {
    nextTick = undefined;
  });
  return nextTick;
}

/** Resolves within this callback of the event loop, when everything has continued that can without I/O. */
export const untilSettled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
