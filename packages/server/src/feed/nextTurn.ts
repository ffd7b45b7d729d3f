/** Resolves in the next turn of the event loop, after what else is due: sockets are read and written in between. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
