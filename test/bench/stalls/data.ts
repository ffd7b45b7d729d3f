import { limits, newId, type Reaction } from '@earshot/shared';

/** The amount of data in the store. */
export interface Size {
  rooms: number;
  messages: number;
  members: number;
}

/** What a store is filled with. */
export interface FillData {
  rooms(size: Size): Iterable<RoomRow>;
  /** `roomIds` are the rooms that are not idle. */
  messages(size: Size, roomIds: readonly string[]): Iterable<MessageRow>;
}

/** Rooms that are expensive in one respect each. */
export const hardRooms = {
  /** Many members, all of them present. */
  crowd: newId(),
  /** Messages of the maximum length, with four bytes per character. */
  long: newId(),
  /** Messages with the maximum number of reactions that are listed, by the longest ids. */
  reactions: newId(),
  /** Short messages: a tenth of all. */
  short: newId(),
  /** Many messages with the same timestamp. */
  moment: newId(),
} as const;

export type HardRooms = Record<keyof typeof hardRooms, string>;

export interface RoomRow {
  id: string;
  latitude: number;
  longitude: number;
  /** Whether it has no messages and never had a member present. */
  isIdle: boolean;
}

export interface MessageRow {
  id: string;
  roomId: string;
  seq: number;
  userId: string;
  content: string;
  timestamp: number;
  reactions: readonly Reaction[];
  /** Whether the reactions have rows of their own. For messages without further reactions, it makes no difference. */
  hasRows: boolean;
}

const start = Date.UTC(2026, 0, 1);

/** A city: half of the rooms lie in a few cells, half are spread over it. A tenth is idle. */
export function* rooms({ rooms: count }: Size): Generator<RoomRow> {
  for (const id of Object.values(hardRooms)) yield { id, latitude: 52.52, longitude: 13.4, isIdle: false };
  for (let n = 0; n < count; n += 1) {
    const spread = n % 2 === 0 ? 0.01 : 0.5;
    yield {
      id: newId(),
      latitude: 52.5 + spread * Math.sin(n * 2.4) * Math.sqrt((n % 997) / 997),
      longitude: 13.4 + spread * Math.cos(n * 2.4) * Math.sqrt((n % 997) / 997),
      isIdle: n >= 0.9 * count,
    };
  }
}

const emojis = [...'👍🎉😂😮😢🔥👏🙏🤔😀😎🚀👀💯🤝🥳😍😡🍕🌍'];
const reactors = Array.from({ length: limits.reactorsShown }, (_, n) =>
  `somebody ${n} `.padEnd(limits.userIdChars, 'x'),
);
const reactions = emojis.map((emoji): Reaction => ({ emoji, count: reactors.length, userIds: reactors }));

/** Messages in an expensive room: more than a client may have missed. */
const inHardRoom = 1_100;

/** `roomIds` are the other rooms that are not idle. */
export function* messages({ messages: count }: Size, roomIds: readonly string[]): Generator<MessageRow> {
  const make = (roomId: string, seq: number, content: string, more: Partial<MessageRow> = {}): MessageRow => ({
    ...{ id: newId(), roomId, seq, userId: `user ${seq % 100}`, content, timestamp: start + seq },
    ...{ reactions: [], hasRows: false },
    ...more,
  });
  for (let seq = 1; seq <= inHardRoom; seq += 1) {
    yield make(hardRooms.long, seq, '😀'.repeat(limits.messageChars));
    yield make(hardRooms.reactions, seq, 'hello', { reactions, hasRows: seq > inHardRoom - limits.historyMax });
    yield make(hardRooms.crowd, seq, 'hello');
    yield make(hardRooms.moment, seq, 'hello', { timestamp: start });
  }
  for (let seq = 1; seq <= count / 10; seq += 1) yield make(hardRooms.short, seq, `message ${seq}`);
  // Messages of one room are consecutive.
  const each = Math.max(1, Math.ceil((0.9 * count) / Math.max(1, roomIds.length)));
  for (let n = 0; n < 0.9 * count; n += 1) {
    yield make(roomIds[Math.floor(n / each)] ?? hardRooms.short, (n % each) + 1, `message ${n}`);
  }
}
