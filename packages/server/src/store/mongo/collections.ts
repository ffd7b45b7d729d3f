import type { Collection, Db, ObjectId, ServerSessionId } from 'mongodb';
import type { StoredReport } from '../reports.ts';
import type { RuleActor, RuleKind, RuleScope, RuleSubject } from '../rules.ts';
import type { ErasureDocument, SweepDocument } from './jobDocuments.ts';
import type { MemberDocument } from './memberFields.ts';
import type { AuditDocument } from './moderation/auditDocument.ts';

/** Documents keep the field names of the original service. Ids of messages and of rooms created at a location are ObjectIds. */
export interface MessageDocument {
  _id: ObjectId | string;
  /** Text, even if the room's own `_id` is an ObjectId: then its hex. One form for every kind of room. */
  room_id: string;
  seq: number;
  updated_seq: number;
  /** The message's `seq`, and the first number of each write that changed it: see `takenSeqsMax` in saveChange.ts. */
  taken_seqs: number[];
  user_id: string;
  username: string;
  content: string;
  client_message_id?: string;
  timestamp: Date;
  updated_at?: Date;
  edited_at: Date | null;
  deleted: boolean;
  removed_by?: 'moderator';
  /** The first users of each emoji; all reactions if `reaction_counts` is missing. */
  reactions: { user_id: string; emoji: string }[];
  /** The number of users per emoji. If it is missing, every reaction is in `reactions`, and none in the collection of that name. */
  reaction_counts?: { emoji: string; count: number }[];
  /** In the record of the room's title and topic, which is no message. Servers without titles show it as a deleted message. */
  description?: { name: string; title: string | null; topic: string | null };
}

/** One reaction of one user to a message whose document has `reaction_counts`. */
export interface ReactionDocument {
  room_id: string;
  message_id: MessageDocument['_id'];
  user_id: string;
  emoji: string;
  /** Ascends with the time of the reactions to one message. */
  position: number;
}

/** GeoJSON. */
export interface Point {
  type: 'Point';
  coordinates: [longitude: number, latitude: number];
}

export interface RoomDocument {
  _id: ObjectId | string;
  location_id?: string;
  name?: string;
  /** The map cell, by which rooms are found. */
  cell?: string;
  /** The centre of the cell, for programs that read rooms of the original service. */
  location?: Point;
  created_by?: string;
  title?: string | null;
  topic?: string | null;
  /** The record of both in the log. */
  description_id?: ObjectId | string;
  created_at: Date;
  last_message_at?: Date | null;
  /** For rooms without messages: the last time a user joined or was present. */
  idle_since?: Date;
  /** For rooms made at a location: a time since which the room was active. It lags behind messages: see `Store.inactiveRooms`. */
  active_at?: Date;
  /** When the memberships of an unused room ended; the room itself is removed a little later. */
  vacated_at?: Date;
  /** The number of the latest change when the memberships ended. */
  vacated_seq?: number;
}

/** A room that was removed. Its messages are deleted afterwards, step by step. */
export interface RemovedRoomDocument {
  /** Text, even if the room's own `_id` was an ObjectId. */
  _id: string;
  removed_at: Date;
  /** When the last message was deleted. */
  purged_at?: Date;
  /** Whether there may be messages: a missing field can't be indexed as such. */
  to_purge?: true;
}

/** A map cell that contains rooms. */
export interface CellDocument {
  _id: string;
  centre: Point;
  /** Number of rooms. */
  rooms: number;
}

export interface UserDocument {
  _id: string;
  username: string;
  /** The centre of the user's cell. */
  current_location?: Point;
  last_location_update?: Date;
}

export interface RuleDocument {
  _id: string;
  kind: RuleKind;
  scope: RuleScope;
  subject: RuleSubject | null;
  subject_name: string | null;
  part_of: string | null;
  role: string | null;
  interval_ms: number | null;
  reason: string | null;
  actor: RuleActor;
  created_at: Date;
  ends_at: Date | null;
  is_lifted: boolean;
  updated_at: Date;
  /** When it ended or was lifted; without it, it has no end yet. */
  over_at?: Date;
}

/** A random value that all instances share. */
interface SecretDocument {
  _id: string;
  value: string;
}

export interface ReportDocument {
  /** Begins with the time: see timeOrderedId.ts. */
  _id: string;
  /** The lists in which it is: see reportQueues.ts. */
  queues: string[];
  /** See `openKey` and `heldKey` in reportQueues.ts. Earlier versions stored one key. */
  open_key?: string | string[];
  resolved_at?: Date;
  report: Omit<StoredReport, 'id' | 'createdAt'>;
}

/** The privacy settings of a user who changed them. */
export interface PrivacyDocument {
  _id: string;
  /** Ascends with each change. */
  version: number;
  changed_at: Date;
  blocked?: { user_id: string; username: string | null; blocked_at: Date }[];
  /** Omitted if it was never set. */
  visibility?: { is_visible: boolean; except_rooms: string[] };
}

interface LockDocument {
  _id: string;
  taken: number;
}

interface MigrationDocument {
  _id: string;
  finished_at?: Date;
  /** The session of a migration that is running, or that died. */
  session?: ServerSessionId;
}

export interface Collections {
  messages: Collection<MessageDocument>;
  reactions: Collection<ReactionDocument>;
  rooms: Collection<RoomDocument>;
  cells: Collection<CellDocument>;
  removedRooms: Collection<RemovedRoomDocument>;
  members: Collection<MemberDocument>;
  erasures: Collection<ErasureDocument>;
  users: Collection<UserDocument>;
  audit: Collection<AuditDocument>;
  rules: Collection<RuleDocument>;
  secrets: Collection<SecretDocument>;
  reports: Collection<ReportDocument>;
  privacy: Collection<PrivacyDocument>;
  sweeps: Collection<SweepDocument>;
  /** Documents that transactions write first, so that they conflict and are serialized. */
  locks: Collection<LockDocument>;
  /** One-time changes made to the database. */
  migrations: Collection<MigrationDocument>;
}

export function collections(db: Db): Collections {
  return {
    messages: db.collection('messages'),
    reactions: db.collection('reactions'),
    rooms: db.collection('rooms'),
    cells: db.collection('cells'),
    removedRooms: db.collection('removed_rooms'),
    members: db.collection('members'),
    erasures: db.collection('erasures'),
    users: db.collection('users'),
    audit: db.collection('audit'),
    rules: db.collection('rules'),
    secrets: db.collection('secrets'),
    reports: db.collection('reports'),
    privacy: db.collection('privacy'),
    sweeps: db.collection('sweeps'),
    locks: db.collection('locks'),
    migrations: db.collection('migrations'),
  };
}

const present = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } });

/** Guarantees that each number is given once. Messages from before Earshot have no number; any number of them may exist. */
const numberIndex = { key: { room_id: 1, updated_seq: 1 }, unique: true, ...present('updated_seq') } as const;

/** Creates the index without which messages can't be numbered. */
export async function createNumberIndex({ messages }: Pick<Collections, 'messages'>): Promise<void> {
  await messages.createIndexes([numberIndex]);
}

/** Creates missing collections and indexes. Idempotent, and safe with several instances at once. */
export async function setUp(all: Collections): Promise<void> {
  await Promise.all([setUpLarge(all), setUpOthers(all)]);
}

/**
 * Creates the indexes of the largest collections, one collection after another: over existing documents, each may take 200 MB of MongoDB's memory
 * while its indexes are built.
 */
async function setUpLarge({ messages, reactions, rooms, members }: Collections): Promise<void> {
  await messages.createIndexes([
    { key: { room_id: 1, seq: 1 } },
    { key: { room_id: 1, timestamp: 1, seq: 1 } },
    numberIndex,
    { key: { room_id: 1, taken_seqs: 1 }, unique: true, ...present('taken_seqs') },
    { key: { room_id: 1, user_id: 1, client_message_id: 1 }, unique: true, ...present('client_message_id') },
  ]);
  await reactions.createIndexes([
    { key: { message_id: 1, user_id: 1, emoji: 1 }, unique: true },
    { key: { message_id: 1, emoji: 1, position: 1 } },
  ]);
  await rooms.createIndexes([
    { key: { cell: 1, idle_since: 1, _id: 1 } },
    { key: { cell: 1, _id: 1 } },
    // Without vacated rooms: a search for the next ones would scan them repeatedly.
    { key: { vacated_at: 1, idle_since: 1 }, ...present('idle_since') },
    { key: { vacated_at: 1, active_at: 1 }, ...present('active_at') },
    { key: { vacated_at: 1 }, ...present('vacated_at') },
  ]);
  await members.createIndexes([{ key: { room_id: 1, user_id: 1 }, unique: true }]);
}

/**
 * Creates the indexes of the other collections at the same time. One after another, a start on an empty database would have eight more waits for the
 * disk.
 */
async function setUpOthers(all: Collections): Promise<void> {
  const { cells, removedRooms, erasures, users, audit, rules, reports, privacy } = all;
  await Promise.all([
    cells.createIndexes([{ key: { centre: '2dsphere' } }]),
    removedRooms.createIndexes([
      { key: { removed_at: 1 }, ...present('to_purge') },
      { key: { purged_at: 1 }, ...present('purged_at') },
    ]),
    erasures.createIndexes([
      { key: { due_at: 1 }, ...present('due_at') },
      { key: { finished_at: 1 }, ...present('finished_at') },
    ]),
    users.createIndexes([{ key: { last_location_update: 1 }, ...present('last_location_update') }]),
    audit.createIndexes([
      { key: { action: 1, _id: 1 } },
      { key: { actor_id: 1, _id: 1 } },
      { key: { subject_id: 1, _id: 1 } },
      { key: { room_id: 1, _id: 1 } },
      { key: { cell: 1, _id: 1 } },
      { key: { decision_key: 1 }, unique: true, ...present('decision_key') },
    ]),
    rules.createIndexes([
      { key: { updated_at: 1, _id: 1 } },
      { key: { over_at: 1 }, ...present('over_at') },
      { key: { 'subject.userId': 1 }, ...present('subject.userId') },
      { key: { 'actor.userId': 1 } },
    ]),
    reports.createIndexes([
      { key: { queues: 1, _id: 1 } },
      { key: { open_key: 1 }, unique: true, ...present('open_key') },
      { key: { resolved_at: 1 }, ...present('resolved_at') },
    ]),
    privacy.createIndexes([{ key: { changed_at: 1 } }, { key: { 'blocked.user_id': 1 } }]),
  ]);
}
