import type { Message, NearbyRoom, Room, RoomEvent, User } from '@earshot/shared';

/**
 * The lines that describe an event. The server removes control characters from names and texts. `messages`: the room's
 * messages, with the event applied.
 */
export function describeEvent(event: RoomEvent, messages: readonly Message[]): string[] {
  switch (event.type) {
    case 'snapshot':
      return [...event.messages.map((message) => describeMessage(message)), `— ${people(event.userCount)} here —`];
    case 'reset':
      return [
        '— skipping missed messages; these are the newest —',
        ...event.messages.map((message) => describeMessage(message)),
      ];
    case 'message.created':
      return [describeMessage(event.message)];
    case 'message.updated':
      return [describeUpdate(event.message)];
    case 'reaction.changed':
      return messages.filter(({ id }) => id === event.messageId).map((message) => describeUpdate(message));
    case 'room.described':
      return [describeTitle(event)];
    case 'user.joined':
      return [`* ${event.user.username} joined (${people(event.userCount)})`];
    case 'user.left':
      return [`* ${event.user.username} left (${people(event.userCount)})`];
    case 'presence':
      return [`* ${people(event.userCount)} here`];
    case 'typing':
      return [];
  }
}

/** `room`: the label of the room before the change, where lines of several rooms are mixed. */
export function describeTitle({ name, topic }: Pick<Room, 'name' | 'topic'>, room = 'this room'): string {
  return `* ${room} is “${name}”${topic === null ? '' : `: ${topic}`}`;
}

/** `room`: the label of its room, where lines of several rooms are mixed. */
export function describeMessage(message: Message, room = ''): string {
  const text = message.deleted ? '(deleted)' : message.content.replaceAll('\n', '\n      ');
  return `${clock(message.timestamp)} ${author(message, room)}: ${text}${tail(message)}`;
}

export function describeUpdate(message: Message, room = ''): string {
  return message.deleted
    ? `* ${author(message, room)} deleted the message of ${clock(message.timestamp)}`
    : `~ ${describeMessage(message, room)}`;
}

const author = ({ username }: Message, room: string) => (room === '' ? username : `${room} ${username}`);

function tail({ editedAt, reactions }: Message): string {
  const emojis = reactions.map(({ emoji, count }) => (count === 1 ? emoji : `${emoji} ${count}`)).join(' ');
  return `${editedAt === null ? '' : ' (edited)'}${emojis === '' ? '' : `  ${emojis}`}`;
}

export function describeUsers(users: readonly User[]): string {
  return `Here: ${users.map(({ username }) => username).join(', ') || 'no one'}`;
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
