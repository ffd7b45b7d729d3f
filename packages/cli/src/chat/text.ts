import type { EarshotClientError } from '@earshot/client';
import type { Message, NearbyRoom, OwnSanction, Role, Room, RoomEvent, RoomRules, User } from '@earshot/shared';
import type { Names } from './names.ts';

/**
 * The lines that describe an event. The server removes control characters from names and texts. `messages`: the room's
 * messages, with the event applied.
 */
export function describeEvent(event: RoomEvent, messages: readonly Message[], names: Names): string[] {
  switch (event.type) {
    case 'snapshot':
      return [
        ...event.messages.map((message) => describeMessage(message, names)),
        `— ${people(event.userCount)} here —`,
      ];
    case 'reset':
      return [
        '— skipping missed messages; these are the newest —',
        ...event.messages.map((message) => describeMessage(message, names)),
      ];
    case 'message.created':
      return [describeMessage(event.message, names)];
    case 'message.updated':
      return [describeUpdate(event.message, names)];
    case 'reaction.changed':
      return messages.filter(({ id }) => id === event.messageId).map((message) => describeUpdate(message, names));
    case 'room.described':
      return [describeTitle(event)];
    case 'user.joined':
      return [`* ${names.show(event.user)} joined (${people(event.userCount)})`];
    case 'user.left':
      return [`* ${names.show(event.user)} left (${people(event.userCount)})`];
    case 'user.renamed':
      names.show(event.user); // the line has the former name already
      return [`* ${event.formerName} is now ${names.show(event.user)}`];
    case 'presence':
      return [`* ${people(event.userCount)} here`];
    case 'room.rules':
      return [describeRules(event)];
    case 'sanctioned':
      return event.kind === 'ban' ? [describeSanction(event)] : []; // mutes are read again: see Mutes
    case 'role.changed':
      return [`* ${roleTexts[event.role]}`];
    case 'typing':
      return [];
  }
}

const roleTexts: Record<Role, string> = {
  admin: 'you are an admin of this server',
  moderator: 'you are a moderator of this server',
  areaModerator: 'you are a moderator of this area',
  owner: 'you are an owner of this room',
  roomModerator: 'you are a moderator of this room',
  member: 'you are a member of this room, without a role',
  visitor: 'you are not a member of this room',
  anonymous: 'you are not a member of this room',
};

/** An error as a sentence, with the reason that moderators gave. */
export const describeError = ({ message, reason }: EarshotClientError): string =>
  reason === undefined ? message : `${message} Reason: ${reason}`;

const dayMs = 24 * 60 * 60 * 1_000;

/** A server of an earlier version does not say when messages expire. */
function describeRules({ slowModeMs, isLocked, isClosed, messageTtlMs = null }: RoomRules): string {
  const rules = [
    slowModeMs !== null && `in slow mode: one message in ${slowModeMs / 1_000} s`,
    isLocked && 'locked: no one new can join',
    isClosed && 'closed: no one can write',
  ].filter((rule) => rule !== false);
  const restrictions = rules.length === 0 ? 'this room has no restrictions' : `this room is ${rules.join('; ')}`;
  return `* ${restrictions}${messageTtlMs === null ? '' : `; messages expire after ${messageTtlMs / dayMs} days`}`;
}

export function describeSanction({ kind, reason, endsAt }: OwnSanction): string {
  const until = endsAt === null ? '' : ` until ${endsAt.toLocaleString()}`;
  return `* you are ${kind === 'ban' ? 'banned' : 'muted'}${until}${reason === null ? '' : `: ${reason}`}`;
}

/** `room`: the label of the room before the change, where lines of several rooms are mixed. */
export function describeTitle({ name, topic }: Pick<Room, 'name' | 'topic'>, room = 'this room'): string {
  return `* ${room} is “${name}”${topic === null ? '' : `: ${topic}`}`;
}

/** `room`: the label of its room, where lines of several rooms are mixed. */
export function describeMessage(message: Message, names: Names, room = ''): string {
  const text = message.deleted
    ? message.removedBy
      ? '(removed by a moderator)'
      : '(deleted)'
    : message.content.replaceAll('\n', '\n      ');
  return `${clock(message.timestamp)} ${author(message, names, room)}: ${text}${tail(message)}`;
}

export function describeUpdate(message: Message, names: Names, room = ''): string {
  if (message.removedBy) return `* a moderator removed a message: ${describeMessage(message, names, room)}`;
  return message.deleted
    ? `* ${author(message, names, room)} deleted the message of ${clock(message.timestamp)}`
    : `~ ${describeMessage(message, names, room)}`;
}

const author = (message: Message, names: Names, room: string) =>
  room === '' ? names.show(message) : `${room} ${names.show(message)}`;

function tail({ editedAt, reactions }: Message): string {
  const emojis = reactions.map(({ emoji, count }) => (count === 1 ? emoji : `${emoji} ${count}`)).join(' ');
  return `${editedAt === null ? '' : ' (edited)'}${emojis === '' ? '' : `  ${emojis}`}`;
}

export function describeUsers(users: readonly User[], names: Names): string {
  return `Here: ${names.showAll(users).join(', ') || 'no one'}`;
}

/** `here`: the id of the current room. */
export function describeNearby(
  rooms: readonly NearbyRoom[],
  here: string | null,
  nameOf = ({ name }: NearbyRoom) => name,
): string[] {
  if (rooms.length === 0) return ['No rooms nearby.'];
  return rooms.map((room) => {
    const { id, distance, userCount } = room;
    const within = distance < 1_000 ? `${distance} m` : `${distance / 1_000} km`;
    return `${id === here ? '→' : ' '} ${nameOf(room)}, within ${within}, ${people(userCount)}`;
  });
}

const people = (count: number) => (count === 1 ? '1 person' : `${count} people`);

const clock = (time: Date) => time.toTimeString().slice(0, 5);
