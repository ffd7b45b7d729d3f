import type { Message } from '@earshot/client';

/**
 * A position in a room's log: the number of its message, and its time in milliseconds since 1970. The number alone is
 * not enough: after a restored backup, new messages reuse the numbers of lost ones, but have later times.
 */
export interface LogPosition {
  readonly seq: number;
  /** Null if only the number was stored. */
  readonly time: number | null;
}

/** The position before the first message. */
export const logStart: LogPosition = { seq: 0, time: 0 };

export const positionOf = ({ seq, timestamp }: Message): LogPosition => ({ seq, time: timestamp.getTime() });

export function isAt({ seq, timestamp }: Message, position: LogPosition): boolean {
  return seq === position.seq && timestamp.getTime() === position.time;
}

/** Whether the message came after the position, in the history of the position or in the one that replaced it. */
export function isAfter({ seq, timestamp }: Message, position: LogPosition): boolean {
  return seq > position.seq || (position.time !== null && timestamp.getTime() > position.time);
}

/** The index of the first message after the position; the number of messages if there is none. */
export function firstAfter(messages: readonly Message[], position: LogPosition): number {
  return messages.findLastIndex((message) => !isAfter(message, position)) + 1;
}

export const formatPosition = ({ seq, time }: LogPosition): string => (time === null ? `${seq}` : `${seq} ${time}`);

/** Parses the text of a position; null for anything else. */
export function parsePosition(text: string): LogPosition | null {
  const [, seq, time] = /^(\d+)(?: (\d+))?$/.exec(text) ?? [];
  return seq === undefined ? null : { seq: Number(seq), time: time === undefined ? null : Number(time) };
}
