import type { Message } from '@earshot/shared';

/**
 * The messages of a room that a client knows. `shown` are those from `from` on, without a hole and in the order of
 * `seq`. `outside` are newer versions of messages before that: shown alone they would hide a hole, forgotten they would
 * leave an older page, read meanwhile, out of date.
 */
export interface MessageLog {
  /** The place from which on every message is known; null before the room's first event. */
  readonly from: number | null;
  readonly shown: readonly Message[];
  readonly outside: readonly Message[];
}

export const emptyLog: MessageLog = { from: null, shown: [], outside: [] };

/** An older page is read in the order of a second; the changes that come meanwhile are few. */
const outsideMax = 200;

/** Takes versions of messages in. Of two versions of one message the later one counts, in whatever order they come. */
export function mergeMessages(log: MessageLog, messages: readonly Message[]): MessageLog {
  let { shown, outside } = log;
  for (const message of messages) {
    if (log.from !== null && message.seq >= log.from) shown = withMessage(shown, message);
    else outside = newest(withMessage(outside, message));
  }
  return shown === log.shown && outside === log.outside ? log : { from: log.from, shown, outside };
}

/** Moves the start of what is shown back to `from`: every message from there on is among `messages` or known. */
export function extendLog(log: MessageLog, from: number, messages: readonly Message[]): MessageLog {
  if (log.from !== null && log.from <= from) return mergeMessages(log, messages);
  const inside = log.outside.filter((message) => message.seq >= from);
  const outside = log.outside.filter((message) => message.seq < from);
  return mergeMessages(mergeMessages({ ...log, from, outside }, messages), inside);
}

/** Lets go of all but the newest `keep` of what is shown. What is loaded again later is as new as what was let go. */
export function trimLog(log: MessageLog, keep: number): MessageLog {
  const kept = log.shown.slice(Math.max(0, log.shown.length - Math.max(0, keep)));
  const last = log.shown.at(-1);
  if (last === undefined || kept.length === log.shown.length) return log;
  return { ...log, from: kept[0]?.seq ?? last.seq + 1, shown: kept };
}

/** The list in the order of `seq`, with this version of the message unless it has as late a one. */
function withMessage(list: readonly Message[], message: Message): readonly Message[] {
  // Nearly every message is the newest: look from the end.
  const after = list.findLastIndex((other) => other.seq <= message.seq);
  const known = list[after];
  if (known === undefined || known.seq < message.seq) return list.toSpliced(after + 1, 0, message);
  return known.updatedSeq >= message.updatedSeq ? list : list.with(after, message);
}

function newest(list: readonly Message[]): readonly Message[] {
  if (list.length <= outsideMax) return list;
  const oldest = list.reduce((a, b) => (b.updatedSeq < a.updatedSeq ? b : a));
  return list.filter((message) => message !== oldest);
}
