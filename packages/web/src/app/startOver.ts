import { forgetUnsent } from '../outbox/unsent.ts';
import { forgetRooms } from '../room/roomMemory.ts';
import { identity, place } from './session.ts';

/** Leaves nothing on this device of who was at this page: no name, no place, nothing they wrote or read. */
export function startOver(): void {
  place.set(null);
  // The client goes with the identity, before it could send or keep anything more.
  identity.set(null);
  forgetRooms();
  void forgetUnsent();
}
