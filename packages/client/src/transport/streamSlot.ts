/**
 * The most event streams to one server that all pages of an origin may have over HTTP/1.1. A browser opens six connections
 * to a host, for all its tabs, and an open stream occupies one. So two remain for calls.
 */
export const streamsMax = 4;

/** Releases the slot. */
export type Release = () => void;

/**
 * Takes a slot for one event stream. Resolves with null if none is free. Calls `onRefused` if the slot was not
 * free after all; it is released then.
 */
export type TakeSlot = (onRefused: () => void) => Promise<Release | null>;
