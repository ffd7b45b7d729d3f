import type { PersonalData, PersonalStores } from '../../personalData.ts';
import type { BackgroundIndexes } from '../backgroundIndexes.ts';
import type { CallTracker } from '../callTracker.ts';
import type { Collections } from '../collections.ts';
import { ownMessages } from './ownMessages.ts';
import { ownReactions } from './ownReactions.ts';
import { ownMemberships, ownProfile, ownRooms } from './ownRecords.ts';

/** The data about users that is stored with rooms and their logs: see `PersonalStores`. */
export function personalData(
  all: Collections,
  { calls, indexes }: { calls: CallTracker; indexes: BackgroundIndexes },
): PersonalStores {
  /** Waits for the indexes, but not longer than a call may take. */
  const byIndex = <Data extends object>(part: PersonalData<Data>): PersonalData<Data> => ({
    exportOf: (userId, page) => calls.run(() => indexes.ready().then(() => part.exportOf(userId, page))),
    erase: (userId, pseudonym) => calls.run(() => indexes.ready().then(() => part.erase(userId, pseudonym))),
  });
  return {
    messages: byIndex(ownMessages(all)),
    reactions: byIndex(ownReactions(all)),
    memberships: byIndex(ownMemberships(all)),
    rooms: byIndex(ownRooms(all)),
    profile: byIndex(ownProfile(all)),
  };
}
