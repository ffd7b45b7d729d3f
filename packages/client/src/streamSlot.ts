/**
 * Event streams to one server that all pages of an origin may hold at once over HTTP/1.1. A browser opens six connections
 * to a host, over all its tabs, and a stream occupies one as long as it lives: two stay free for calls.
 */
export const streamsMax = 4;

/** Frees what was taken. */
export type Release = () => void;

/**
 * Takes a slot for one event stream. Resolves with null when none is free. Calls `onRefused` when the slot turns out not to
 * have been free; it is freed then.
 */
export type TakeSlot = (onRefused: () => void) => Promise<Release | null>;
