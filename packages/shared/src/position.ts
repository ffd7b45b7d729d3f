import type { Message } from './message.ts';

/**
 * Where a room's log is after a change: the change's number and its time (milliseconds since 1970). `{seq: 0, time: 0}`: before
 * the first change. The number alone does not tell two histories apart: after the database was restored, new changes take
 * numbers that lost ones had. Along ascending numbers the times never decrease.
 */
export interface Position {
  readonly seq: number;
  readonly time: number;
}

/** A position as a client gives it back. `time` is null where it was given out before positions had a time. */
export interface GivenPosition {
  readonly seq: number;
  readonly time: number | null;
}

export const emptyPosition: Position = { seq: 0, time: 0 };

/** The number, a dash and the time in base 36; or the number alone. */
export const positionPattern = /^\d{1,15}(?:-[0-9a-z]{1,10})?$/;

let formatted = { seq: 0, time: 0, text: '0-0' };

/** The tracked id of an event. The text of the last position is kept, because one event goes to many watchers. */
export function formatPosition({ seq, time }: Position): string {
  if (formatted.seq !== seq || formatted.time !== time) formatted = { seq, time, text: `${seq}-${time.toString(36)}` };
  return formatted.text;
}

/** The reverse, for a text that matches `positionPattern`. */
export function parsePosition(text: string): GivenPosition {
  const [seq = '', time] = text.split('-');
  return { seq: Number(seq), time: time === undefined ? null : Number.parseInt(time, 36) };
}

/** The parts of a message that tell of its latest change. */
export type ChangeOf = Pick<Message, 'seq' | 'updatedSeq' | 'timestamp' | 'updatedAt' | 'editedAt'>;

/**
 * When the message's latest change happened, in milliseconds since 1970. Changes from before that was kept have the time of the
 * last edit, or of the message.
 */
export function changeTime({ seq, updatedSeq, timestamp, updatedAt, editedAt }: ChangeOf): number {
  return (updatedAt ?? (seq === updatedSeq ? timestamp : (editedAt ?? timestamp))).getTime();
}

/** Where the room's log was after the message's latest change. */
export function positionOf(change: ChangeOf): Position {
  return { seq: change.updatedSeq, time: changeTime(change) };
}

/**
 * Whether a log in which `found` is the last change up to the number `known.seq` can be one in which the log was once at
 * `known`. The change of that number is gone where its message changed again later; what is then the last one before it
 * must not be younger.
 */
export function continues(known: Position, found: Position): boolean {
  return found.seq === known.seq ? found.time === known.time : found.seq < known.seq && found.time <= known.time;
}
