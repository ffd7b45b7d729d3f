const rooms = (count: number) => (count === 1 ? '1 room' : `${count} rooms`);

/** The texts of the messages around the user, which are loaded with them. */
export const around = {
  title: 'What’s being said near you',
  roomsWithin: (count: number, distance: string) => `${rooms(count)} within ${distance}`,
  messages: 'Messages from the rooms near you',
  hint: 'Arrow keys move between messages. Enter opens the room.',
  loading: 'Loading messages …',
  offline: 'Messages appear here when you’re back online.',
  noRooms: 'No rooms nearby yet',
  noRoomsHint: (distance: string) => `There are none within ${distance}. Messages from new rooms appear here.`,
  noMessages: 'No messages yet',
  noMessagesHint: 'Messages from the rooms near you appear here.',
  message: (author: string, room: string, time: string) => `${author} in ${room}, ${time}`,
};

export type AroundText = typeof around;
