import { changeTime, type Message, type ReactionEvent } from '@earshot/shared';
import { withReaction } from './reactions.ts';

/**
 * The messages of a room that a client knows. `shown` are those from `from` up to `to`, without a hole and in the order
 * of `seq`. `outside` are the latest versions of messages before or after that: shown alone they would hide a hole,
 * forgotten they would leave a page that is read meanwhile out of date.
 */
export interface MessageLog {
  /** How often what was known was thrown away, because the server's history may be another one. */
  readonly epoch: number;
  /** The place from which on every message is known; null before the room's first event. */
  readonly from: number | null;
  /** The place up to which every message is known; null: up to the newest. */
  readonly to: number | null;
  readonly shown: readonly Message[];
  readonly outside: readonly Message[];
  /** Reactions to messages that are not known: a page that is read meanwhile may have those as they were before. */
  readonly reactions: readonly ReactionEvent[];
}

export const emptyLog: MessageLog = { epoch: 0, from: null, to: null, shown: [], outside: [], reactions: [] };

/** A page is read in the order of a second; the changes that come meanwhile are few. */
export const outsideMax = 500;

/** Takes versions of messages in. Of two versions of one message the later one counts, in whatever order they come. */
export function mergeMessages(log: MessageLog, messages: readonly Message[]): MessageLog {
  let { shown, outside } = log;
  for (const arrived of messages) {
    const message = log.reactions.reduce(withReaction, arrived);
    if (isWithin(log, message)) shown = withMessage(shown, message);
    else outside = newest(withMessage(outside, message));
  }
  return shown === log.shown && outside === log.outside ? log : { ...log, shown, outside };
}

/** Takes a reaction in. To a message that is not known, it is kept for when that comes. */
export function mergeReaction(log: MessageLog, event: ReactionEvent): MessageLog {
  const list = isWithin(log, event) ? log.shown : log.outside;
  const known = list.find(({ id }) => id === event.messageId);
  if (known) return mergeMessages(log, [withReaction(known, event)]);
  return { ...log, reactions: [...log.reactions, event].slice(-outsideMax) };
}

/** Moves the start of what is shown back to `from`: every message from there on is among `messages` or known. */
export function extendLog(log: MessageLog, from: number, messages: readonly Message[]): MessageLog {
  if (log.from !== null && log.from <= from) return mergeMessages(log, messages);
  return widened({ ...log, from }, messages);
}

/** Moves the end of what is shown on to `to`: every message up to there is among `messages` or known. */
export function extendLogEnd(log: MessageLog, to: number | null, messages: readonly Message[]): MessageLog {
  return widened({ ...log, to }, messages);
}

function widened(log: MessageLog, messages: readonly Message[]): MessageLog {
  const inside = log.outside.filter((message) => isWithin(log, message));
  const outside = log.outside.filter((message) => !isWithin(log, message));
  return mergeMessages(mergeMessages({ ...log, outside }, messages), inside);
}

/** Lets go of all but the newest `keep` of what is shown. What is loaded again later is as new as what was let go. */
export function trimLog(log: MessageLog, keep: number): MessageLog {
  const kept = log.shown.slice(Math.max(0, log.shown.length - Math.max(0, keep)));
  const last = log.shown.at(-1);
  if (last === undefined || kept.length === log.shown.length) return log;
  return { ...log, from: kept[0]?.seq ?? last.seq + 1, shown: kept };
}

/** Lets go of all but the oldest `keep` of what is shown. The newest are then those that come with a page. */
export function trimLogEnd(log: MessageLog, keep: number): MessageLog {
  const kept = log.shown.slice(0, Math.max(1, keep));
  const last = kept.at(-1);
  return last === undefined || kept.length === log.shown.length ? log : { ...log, to: last.seq, shown: kept };
}

function isWithin({ from, to }: MessageLog, { seq }: Pick<Message, 'seq'>): boolean {
  return from !== null && seq >= from && (to === null || seq <= to);
}

/** The list in the order of `seq`, with this version of the message unless it has as late a one. */
function withMessage(list: readonly Message[], message: Message): readonly Message[] {
  // Nearly every message is the newest: look from the end.
  const after = list.findLastIndex((other) => other.seq <= message.seq);
  const known = list[after];
  if (known === undefined || known.seq < message.seq) return list.toSpliced(after + 1, 0, message);
  return isAsLate(known, message) ? list : list.with(after, message);
}

/** Two messages of one number are of two histories: an answer may come from before the database was restored. */
function isAsLate(known: Message, message: Message): boolean {
  return known.id === message.id ? known.updatedSeq >= message.updatedSeq : changeTime(known) >= changeTime(message);
}

function newest(list: readonly Message[]): readonly Message[] {
  if (list.length <= outsideMax) return list;
  const oldest = list.reduce((a, b) => (b.updatedSeq < a.updatedSeq ? b : a));
  return list.filter((message) => message !== oldest);
}
