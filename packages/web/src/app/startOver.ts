import { identity, place } from '../lib/session.ts';
import { forgetUnsent } from '../outbox/unsent.ts';
import { forgetRooms } from '../room/roomMemory.ts';

/** Deletes everything about the user from this device: name, location, drafts, read positions and unsent messages. */
export function startOver(): void {
  place.set(null);
  // This closes the client before it can send or store anything more.
  identity.set(null);
  forgetRooms();
  void forgetUnsent();
}
