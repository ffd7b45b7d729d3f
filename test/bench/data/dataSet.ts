import type { Location } from '@earshot/shared';
import { atDistance } from '../city/cityData.ts';

/** The amount of data at scale 1. Everything is in proportion, so a room, a member and a user have the same everywhere. */
export const atFullScale = { rooms: 1_000_000, messages: 20_000_000, members: 1_000_000, users: 200_000 } as const;

/** The share of the big set that the small one has. */
export const smallScale = 0.001;

/** One room of this many is lively: it has five members and 80 messages; the others have five messages and no members. */
const livelyEach = 5;
const membersOfLively = 5;
const messagesOf = { lively: 80, quiet: 5 } as const;

/** A user with much data, the same in both sets: member of lively rooms, with 25 further messages in each. */
export const heavyUser = 'heavy';
const heavyRooms = 200;
const messagesOfHeavy = 25;

const start = Date.UTC(2026, 0, 1);
const halfYear = 182 * 24 * 60 * 60_000;

export interface RoomRow extends Location {
  id: string;
  n: number;
  lastMessageAt: number;
  members: readonly string[];
}

export interface MessageRow {
  id: string;
  seq: number;
  /** One more than `seq` after an edit or a deletion. */
  updatedSeq: number;
  userId: string;
  content: string;
  timestamp: number;
  isEdited: boolean;
  isDeleted: boolean;
  /** The users who reacted, and with what. */
  reactors: readonly string[];
}

export interface DataSet {
  readonly users: number;
  readonly rooms: () => Generator<RoomRow>;
  readonly messages: (room: RoomRow) => Generator<MessageRow>;
  /** Ids of the rooms of the heavy user, and of as many quiet rooms. */
  readonly sample: { roomIds: readonly string[]; otherRoomIds: readonly string[] };
}

export const person = (n: number): string => `user ${n}`;
export const nameOf = (n: number): string => `${firstNames[n % firstNames.length]} ${n}`;
/** The name of `heavyUser`, or of a `person`. */
export const nameOfId = (userId: string): string => (userId === heavyUser ? 'Heavy' : nameOf(Number(userId.slice(5))));
const firstNames = ['Ana', 'Ben', 'Chloé', 'Deniz', 'Emil', 'Fatima', 'Goran', 'Hana', 'Ivo', 'Jule', 'Kofi', 'Lena'];

/** A set of that scale; the same for the same scale. */
export function dataSet(scale: number): DataSet {
  const rooms = Math.round(atFullScale.rooms * scale);
  const users = Math.round(atFullScale.users * scale);
  const lively = Math.floor(rooms / livelyEach);
  const heavyStep = Math.max(1, Math.floor(lively / heavyRooms)) * livelyEach;
  const isHeavy = (n: number) => n % heavyStep === 0 && n < heavyStep * heavyRooms;

  function makeRoom(n: number): RoomRow {
    const first = (n / livelyEach) * membersOfLively;
    const members = Array.from({ length: membersOfLively }, (_, k) => person((first + k) % users));
    return {
      ...{ id: idOf(n, 0), n, ...atDistance(25_000 * ((n * 0.618_033_988_75) % 1), n * 2.4) },
      lastMessageAt: start + halfYear,
      members: n % livelyEach !== 0 ? [] : isHeavy(n) ? [...members, heavyUser] : members,
    };
  }

  function* messages({ n, members }: RoomRow): Generator<MessageRow> {
    const own = members.length === 0 ? messagesOf.quiet : messagesOf.lively;
    const count = own + (isHeavy(n) ? messagesOfHeavy : 0);
    let seq = 0;
    for (let at = 0; at < count; at += 1) {
      seq += 1;
      const kind = hash(n, at + 1) % 100;
      const isHeavys = isHeavy(n) && at % 4 === 3 && at < 4 * messagesOfHeavy;
      const author = isHeavys ? heavyUser : (members[at % membersOfLively] ?? person((n + at) % users));
      const [isEdited, isDeleted] = [kind < 3, !isHeavys && kind >= 97];
      if (isEdited || isDeleted) seq += 1;
      yield {
        ...{ id: idOf(n, at + 1), seq: isEdited || isDeleted ? seq - 1 : seq, updatedSeq: seq, userId: author },
        content: isDeleted ? '' : textOf(hash(n, at + 1)),
        timestamp: start + Math.floor((halfYear * (at + 1)) / count),
        ...{ isEdited, isDeleted, reactors: kind >= 10 && kind < 20 ? members.slice(0, 1 + (kind % 3)) : [] },
      };
    }
  }

  const sample = (from: number) =>
    Array.from({ length: Math.min(lively, heavyRooms) }, (_, n) => idOf(n * heavyStep + from, 0));

  return {
    users,
    messages,
    *rooms() {
      for (let n = 0; n < rooms; n += 1) yield makeRoom(n);
    },
    sample: { roomIds: sample(0), otherRoomIds: sample(1) },
  };
}

/** A 32-bit hash of two numbers (the finalizer of MurmurHash3). */
function hash(a: number, b: number): number {
  let value = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

const hex = (value: number) => value.toString(16).padStart(8, '0');

/** An id like those of the server: it begins with a time. */
const idOf = (room: number, message: number) =>
  hex(Math.floor(start / 1_000) + message * 60_000 + (room % 60_000)) +
  hex(hash(room, message)).slice(0, 4) +
  hex(room) +
  hex(message).slice(-4);

const words =
  'who else is at the concert tonight I will be there around nine see you by the river with coffee and a dog maybe later it rains again'.split(
    ' ',
  );

/** A text of 4 to 19 words. */
function textOf(value: number): string {
  const chosen = Array.from({ length: 4 + (value % 16) }, (_, n) => words[(value + n * n * 7) % words.length]);
  return `${chosen.join(' ')} ${value % 1_000}`;
}
