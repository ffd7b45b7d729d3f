/**
 * A position in a room's log: the number of a change and its time (milliseconds since 1970). `{seq: 0, time: 0}` is before
 * the first change. The number alone does not distinguish two histories: after a backup is restored, new changes take
 * the numbers of lost ones. Times never decrease with ascending numbers.
 */
export interface Position {
  readonly seq: number;
  readonly time: number;
}

/** A position from a client. `time` is null if it comes from a version whose positions had no time. */
export interface GivenPosition {
  readonly seq: number;
  readonly time: number | null;
}

export const emptyPosition: Position = { seq: 0, time: 0 };

/** The number, a dash and the time in base 36; or only the number. */
export const positionPattern = /^\d{1,15}(?:-[0-9a-z]{1,10})?$/;

let formatted = { seq: 0, time: 0, text: '0-0' };

/** Formats the tracked id of an event. The last result is cached, because an event is delivered to many watchers. */
export function formatPosition({ seq, time }: Position): string {
  if (formatted.seq !== seq || formatted.time !== time) formatted = { seq, time, text: `${seq}-${time.toString(36)}` };
  return formatted.text;
}

/** Parses the result of `formatPosition`. The text must match `positionPattern`. */
export function parsePosition(text: string): GivenPosition {
  const [seq = '', time] = text.split('-');
  return { seq: Number(seq), time: time === undefined ? null : Number.parseInt(time, 36) };
}

/** The fields of a message that describe its latest change. */
export interface ChangeOf {
  seq: number;
  updatedSeq: number;
  timestamp: Date;
  updatedAt?: Date | undefined;
  editedAt: Date | null;
}

/**
 * The time of the message's latest change, in milliseconds since 1970. Changes by versions that did not store it have the time of the
 * last edit, or of the message.
 */
export function changeTime({ seq, updatedSeq, timestamp, updatedAt, editedAt }: ChangeOf): number {
  return (updatedAt ?? (seq === updatedSeq ? timestamp : (editedAt ?? timestamp))).getTime();
}

/** The position of the message's latest change. */
export function positionOf(change: ChangeOf): Position {
  return { seq: change.updatedSeq, time: changeTime(change) };
}

/**
 * Whether a log can continue the history in which its head was `known`. `found` is the log's last change up to the number
 * `known.seq`. It has a lower number if the message of the change `known` has changed again since. Its time must then not be
 * later than that of `known`.
 */
export function isInHistory(known: Position, found: Position): boolean {
  return found.seq === known.seq ? found.time === known.time : found.seq < known.seq && found.time <= known.time;
}
