import type { HistoryPage } from '@earshot/shared';
import { emptyLog, extendLog, extendLogEnd, outsideMax } from './messageLog.ts';
import type { RoomTimeline, TimelineAction } from './roomTimeline.ts';
import { withMessages } from './timelineParts.ts';

/**
 * Ignores a page requested before trimming, because it no longer adjoins `messages`, and one from before a reset, because
 * it may be of a lost history.
 */
export function prependPage(
  state: RoomTimeline,
  { epoch, before, page }: { epoch: number; before: number; page: HistoryPage },
): RoomTimeline {
  if (state.log.epoch !== epoch || state.log.from !== before) return state;
  const from = page.hasMore ? (page.next ?? page.messages[0]?.seq ?? before) : 1;
  return withMessages(state, extendLog(state.log, from, page.messages), page.messages);
}

/**
 * The last page completes the messages: together with those that arrived since it was requested, nothing is missing.
 * If more arrived than `outside` keeps, another page must be requested.
 */
export function appendPage(
  state: RoomTimeline,
  { epoch, after, asOf, page }: { epoch: number; after: number; asOf: number; page: HistoryPage },
): RoomTimeline {
  if (state.log.epoch !== epoch || state.log.to !== after) return state;
  const isWhole = !page.hasMore && hasAllChangesSince(state, asOf);
  const to = isWhole ? null : (page.next ?? page.messages.at(-1)?.seq ?? after);
  return withMessages(state, extendLogEnd(state.log, to, page.messages), page.messages);
}

/** Replaces the messages by the newest page, unless the log has changed since the page was requested. */
export function startFromNewest(
  state: RoomTimeline,
  { log, asOf, page }: Extract<TimelineAction, { type: 'newestLoaded' }>,
): RoomTimeline {
  const { epoch, from, to, outside, shown } = state.log;
  if (epoch !== log.epoch || to === null || to !== log.to || from !== log.from || !hasAllChangesSince(state, asOf))
    return state;
  const start = page.hasMore ? (page.next ?? page.messages[0]?.seq ?? 1) : 1;
  // Shown messages may have changed since the page was requested.
  const known = shown.filter(({ seq }) => seq >= start);
  const next = extendLog({ ...emptyLog, epoch, outside: [...outside, ...known] }, start, page.messages);
  return withMessages(state, next, page.messages);
}

/** Whether all changes since the position are still known, although they are not shown. */
const hasAllChangesSince = ({ position }: RoomTimeline, asOf: number) => (position ?? 0) - asOf <= outsideMax;
