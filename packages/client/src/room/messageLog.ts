import { changeTime, type Message, type ReactionEvent } from '@earshot/shared';
import { withReaction } from './reactions.ts';

/**
 * The messages of a room that a client has. `shown` has those from `from` up to `to`, without gaps and in the order
 * of `seq`. `outside` has the latest versions of other messages. They are not shown, because there may be a gap between.
 * They are kept, because a page that is being loaded may have older versions.
 */
export interface MessageLog {
  /** Incremented by each reset: the known messages are discarded, because the server may have another history. */
  readonly epoch: number;
  /** The number from which every message is known; null before the room's first event. */
  readonly from: number | null;
  /** The number up to which every message is known; null: up to the newest. */
  readonly to: number | null;
  readonly shown: readonly Message[];
  readonly outside: readonly Message[];
  /** Reactions to unknown messages, because a page that is being loaded may have the messages without them. */
  readonly reactions: readonly ReactionEvent[];
}

export const emptyLog: MessageLog = { epoch: 0, from: null, to: null, shown: [], outside: [], reactions: [] };

/** The most messages and reactions that are kept outside. A page loads in about a second, with few changes meanwhile. */
export const outsideMax = 500;

/** Adds versions of messages. The later version of a message wins, in any order of arrival. */
export function mergeMessages(log: MessageLog, messages: readonly Message[]): MessageLog {
  let { shown, outside } = log;
  for (const arrived of messages) {
    const message = log.reactions.reduce(withReaction, arrived);
    if (isWithin(log, message)) shown = withMessage(shown, message);
    else outside = newest(withMessage(outside, message));
  }
  return shown === log.shown && outside === log.outside ? log : { ...log, shown, outside };
}

/** Adds a reaction. It is kept for later if the message is unknown. */
export function mergeReaction(log: MessageLog, event: ReactionEvent): MessageLog {
  const list = isWithin(log, event) ? log.shown : log.outside;
  const known = list.find(({ id }) => id === event.messageId);
  if (known) return mergeMessages(log, [withReaction(known, event)]);
  return { ...log, reactions: [...log.reactions, event].slice(-outsideMax) };
}

/** Extends `shown` back to `from`. `messages` and the known messages have every message from there on. */
export function extendLog(log: MessageLog, from: number, messages: readonly Message[]): MessageLog {
  if (log.from !== null && log.from <= from) return mergeMessages(log, messages);
  return widened({ ...log, from }, messages);
}

/** Extends `shown` up to `to`. `messages` and the known messages have every message up to there. */
export function extendLogEnd(log: MessageLog, to: number | null, messages: readonly Message[]): MessageLog {
  return widened({ ...log, to }, messages);
}

function widened(log: MessageLog, messages: readonly Message[]): MessageLog {
  const inside = log.outside.filter((message) => isWithin(log, message));
  const outside = log.outside.filter((message) => !isWithin(log, message));
  return mergeMessages(mergeMessages({ ...log, outside }, messages), inside);
}

/** Removes all but the newest `keep` messages from `shown`. Loading them again returns versions at least as new. */
export function trimLog(log: MessageLog, keep: number): MessageLog {
  const remaining = log.shown.slice(Math.max(0, log.shown.length - Math.max(0, keep)));
  const last = log.shown.at(-1);
  if (last === undefined || remaining.length === log.shown.length) return log;
  return { ...log, from: remaining[0]?.seq ?? last.seq + 1, shown: remaining };
}

/** Removes messages from before that time, in milliseconds since 1970. Messages expire in order, so the room has none before the remaining ones. */
export function dropExpired(log: MessageLog, before: number): MessageLog {
  const isKept = ({ timestamp }: Message) => timestamp.getTime() >= before;
  const [shown, outside] = [log.shown.filter(isKept), log.outside.filter(isKept)];
  if (shown.length === log.shown.length && outside.length === log.outside.length) return log;
  const from = shown.length === log.shown.length ? log.from : 1;
  return { ...log, from, shown, outside };
}

/** Removes all but the oldest `keep` messages from `shown`. Later messages then have to be loaded in pages. */
export function trimLogEnd(log: MessageLog, keep: number): MessageLog {
  const remaining = log.shown.slice(0, Math.max(1, keep));
  const last = remaining.at(-1);
  return last === undefined || remaining.length === log.shown.length ? log : { ...log, to: last.seq, shown: remaining };
}

function isWithin({ from, to }: MessageLog, { seq }: Pick<Message, 'seq'>): boolean {
  return from !== null && seq >= from && (to === null || seq <= to);
}

/** Inserts the message in the order of `seq`, unless the list has the same version or a later one. */
function withMessage(list: readonly Message[], message: Message): readonly Message[] {
  // Nearly every message is the newest, so the search starts at the end.
  const after = list.findLastIndex((other) => other.seq <= message.seq);
  const known = list[after];
  if (known === undefined || known.seq < message.seq) return list.toSpliced(after + 1, 0, message);
  return isSameOrLater(known, message) ? list : list.with(after, message);
}

/** Two messages with one number are from two histories: a response may be from before a backup was restored. */
function isSameOrLater(known: Message, message: Message): boolean {
  return known.id === message.id ? known.updatedSeq >= message.updatedSeq : changeTime(known) >= changeTime(message);
}

function newest(list: readonly Message[]): readonly Message[] {
  if (list.length <= outsideMax) return list;
  const oldest = list.reduce((a, b) => (b.updatedSeq < a.updatedSeq ? b : a));
  return list.filter((message) => message !== oldest);
}
