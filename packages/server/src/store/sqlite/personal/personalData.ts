import type { PersonalStores } from '../../personalData.ts';
import type { ReadConnection } from '../readConnection.ts';
import type { Writer } from '../writer.ts';
import { messagesOf, reactionsOf } from './ownMessages.ts';
import { membershipsOf, profileOf, roomsOf } from './ownRecords.ts';

/** The data about users that is stored with rooms and their logs: see `PersonalStores`. */
export function personalData(reader: ReadConnection, writer: Writer): PersonalStores {
  const eraseWith = (part: 'Messages' | 'Reactions' | 'Memberships' | 'Rooms' | 'Profile') => ({
    erase: (userId: string, pseudonym: string) => writer.write(`erase${part}`, { userId, pseudonym }),
  });
  return {
    messages: { exportOf: messagesOf(reader), ...eraseWith('Messages') },
    reactions: { exportOf: reactionsOf(reader), ...eraseWith('Reactions') },
    memberships: { exportOf: membershipsOf(reader), ...eraseWith('Memberships') },
    rooms: { exportOf: roomsOf(reader), ...eraseWith('Rooms') },
    profile: { exportOf: profileOf(reader), ...eraseWith('Profile') },
  };
}
