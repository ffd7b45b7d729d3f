import type { Message } from '@earshot/client';

/**
 * Marks the last message read or announced: its number, and its time in milliseconds since 1970. The number alone is
 * not enough: after a restored backup, new messages reuse the numbers of lost ones, but have later times.
 */
export interface ReadMarker {
  readonly seq: number;
  /** Null if only the number was stored. */
  readonly time: number | null;
}

/** The marker before the first message. */
export const logStart: ReadMarker = { seq: 0, time: 0 };

export const readMarkerOf = ({ seq, timestamp }: Message): ReadMarker => ({ seq, time: timestamp.getTime() });

export function isAt({ seq, timestamp }: Message, marker: ReadMarker): boolean {
  return seq === marker.seq && timestamp.getTime() === marker.time;
}

/** Whether the message came after the marker, in the history of the marker or in the one that replaced it. */
export function isAfter({ seq, timestamp }: Message, marker: ReadMarker): boolean {
  return seq > marker.seq || (marker.time !== null && timestamp.getTime() > marker.time);
}

/** The index of the first message after the marker; the number of messages if there is none. */
export function firstAfter(messages: readonly Message[], marker: ReadMarker): number {
  return messages.findLastIndex((message) => !isAfter(message, marker)) + 1;
}

export const formatReadMarker = ({ seq, time }: ReadMarker): string => (time === null ? `${seq}` : `${seq} ${time}`);

/** Parses the text of a marker; null for anything else. */
export function parseReadMarker(text: string): ReadMarker | null {
  const [, seq, time] = /^(\d+)(?: (\d+))?$/.exec(text) ?? [];
  return seq === undefined ? null : { seq: Number(seq), time: time === undefined ? null : Number(time) };
}
