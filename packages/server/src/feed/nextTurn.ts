/** Resolves in the next turn of the event loop, after pending I/O: sockets are read and written in between. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
