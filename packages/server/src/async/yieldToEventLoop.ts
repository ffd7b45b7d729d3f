/** Resolves in the next tick of the event loop, after pending I/O: sockets are read and written in between. */
export const yieldToEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
