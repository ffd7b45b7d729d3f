import type { NewReport, ReportFilter, StoredReport } from './reports.ts';

type Queued = Omit<StoredReport, 'id' | 'createdAt'>;

/** The names of the lists in which an item is. Drivers store them with the item, so each list is read by one index. */
export function queuesOf(report: Queued): string[] {
  const { kind, roomId, cell, audience, subject, reporter, message, context, resolution } = report;
  const state = resolution === null ? 'open' : 'resolved';
  const inRoom = (of: string) => `${state} ${kind} room ${of} ${roomId}`;
  const members = [subject.userId, reporter?.userId, resolution?.by.userId, ...context.map((one) => one.userId)];
  return [
    `${state} ${kind} server`,
    inRoom('server'),
    ...(audience === 'server' ? [] : [inRoom('area')]),
    ...(audience === 'server' || cell === null ? [] : [`${state} ${kind} area ${cell}`]),
    ...(audience === 'room' ? [inRoom('room')] : []),
    ...(kind === 'report' && message?.id ? [sameMessage(state, message.id)] : []),
    ...(reporter ? [reportedBy(reporter.userId)] : []),
    about(subject.userId),
    ...Array.from(new Set(members.filter((userId) => userId !== undefined)), mentioning),
  ];
}

/** The lists that a filter reads. No item is in two of them. */
export function queuesToRead({ state, kinds, scope }: ReportFilter): string[] {
  return kinds.flatMap((kind) => {
    if (scope.type === 'server') return [`${state} ${kind} server`];
    if (scope.type === 'room') return [`${state} ${kind} room ${scope.audience} ${scope.roomId}`];
    return scope.cells.map((cell) => `${state} ${kind} area ${cell}`);
  });
}

export const openOf = (kind: StoredReport['kind']): string => `open ${kind} server`;
const sameMessage = (state: string, messageId: string) => `${state} message ${messageId}`;
/** The open reports about one message. */
export const openAbout = (messageId: string): string => sameMessage('open', messageId);
export const reportedBy = (userId: string): string => `reporter ${userId}`;
export const about = (userId: string): string => `subject ${userId}`;
/** The items in which a user occurs in any way. */
export const mentioning = (userId: string): string => `person ${userId}`;

/** A key that is unique among open items, or null. Reports with equal keys are repeats; a held message has the key of its slot. */
export function openKey({ kind, roomId, subject, reporter, message, resolution, slot }: Queued): string | null {
  if (resolution !== null) return null;
  if (kind === 'held') return slot === undefined ? null : slotKey(subject.userId, slot);
  return reporter && JSON.stringify([reporter.userId, message?.id ?? [roomId, subject.userId]]);
}

/** The key of the open held message in that slot of a user. */
export const slotKey = (userId: string, slot: number): string => JSON.stringify(['held', userId, slot]);

/** A key that repeats of one held message share while it is open; null for other items. Without a client id, equal texts may be two messages. */
export function heldKey({ kind, roomId, subject, message, resolution, slot }: Queued): string | null {
  if (kind !== 'held' || resolution !== null || slot === undefined || message?.clientMessageId === undefined)
    return null;
  return JSON.stringify(['held', subject.userId, roomId, message.id, message.clientMessageId]);
}

/** Whether two held items of a user are one message, which a client sent twice. */
export function isSameHeld({ roomId, message }: NewReport, other: NewReport): boolean {
  const clientMessageId = message?.clientMessageId;
  if (clientMessageId === undefined || clientMessageId !== other.message?.clientMessageId) return false;
  return roomId === other.roomId && message?.id === other.message.id;
}
