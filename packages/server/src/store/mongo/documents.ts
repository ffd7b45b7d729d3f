import { isDeepStrictEqual } from 'node:util';
import { idFromBson, type Location, locationSchema } from '@earshot/shared';
import type { WithId } from 'mongodb';
import { toCellCentre } from '../../cells.ts';
import { shownReactions, summarize } from '../reactionSummary.ts';
import type { LoggedMessage, StoredRoom } from '../store.ts';
import type { MessageDocument, Point, RoomDocument } from './collections.ts';
import { knownReactions } from './log/reactionFields.ts';

/** Leaves out the record of the room's title. */
export const noRecord = { description: { $exists: false } } as const;

/** The projection for reading a message; the list of numbers can be long. */
export const messageFields = { taken_seqs: 0 } as const;

export function toMessage(document: Omit<MessageDocument, 'taken_seqs'>): LoggedMessage {
  const { client_message_id: clientMessageId, updated_at: updatedAt } = document;
  return {
    id: idFromBson(document._id),
    roomId: document.room_id,
    seq: document.seq,
    updatedSeq: document.updated_seq,
    userId: document.user_id,
    username: document.username,
    content: document.content,
    ...(clientMessageId === undefined ? {} : { clientMessageId }),
    timestamp: document.timestamp,
    ...(updatedAt === undefined ? {} : { updatedAt }),
    editedAt: document.edited_at,
    deleted: document.deleted,
    ...(document.removed_by && { removedBy: document.removed_by }),
    reactions: shownReactions(summarize(knownReactions(document))),
    ...(document.description && { description: document.description }),
  };
}

/** Rooms from before Earshot may lack a name. */
export function toRoom(document: WithId<RoomDocument>): StoredRoom {
  const id = idFromBson(document._id);
  return {
    id,
    name: document.name ?? id,
    title: document.title ?? null,
    topic: document.topic ?? null,
    createdBy: document.created_by ?? null,
    cell: document.cell ?? null,
    createdAt: document.created_at,
    lastMessageAt: document.last_message_at ?? null,
  };
}

/** The centre of the map cell that contains a stored point; null for a value that is no usable point. */
export const coarsePoint = (value: unknown): Point | null =>
  isPoint(value) ? toPoint(toCellCentre(fromPoint(value))) : null;

/** Whether a stored value is exactly this point. */
export const isSamePoint = (point: Point, value: unknown): boolean => isDeepStrictEqual(value, point);

/** Whether a stored value is a point that Earshot can use. The original service may have stored anything. */
export function isPoint(value: unknown): value is Point {
  if (typeof value !== 'object' || value === null || !('type' in value && 'coordinates' in value)) return false;
  const { type, coordinates } = value;
  if (type !== 'Point' || !Array.isArray(coordinates) || coordinates.length !== 2) return false;
  const [longitude, latitude] = coordinates;
  return locationSchema.safeParse({ latitude, longitude }).success;
}

export const toPoint = ({ latitude, longitude }: Location): Point => ({
  type: 'Point',
  coordinates: [longitude, latitude],
});

export function fromPoint({ coordinates: [longitude, latitude] }: Point): Location {
  return { latitude, longitude };
}
