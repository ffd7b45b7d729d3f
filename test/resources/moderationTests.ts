import { type Refusal, testAccess, testCallRate, testRefusals } from './procedureTests.ts';
import { startEmbedded } from './server.ts';
import { type SharedDeployment, sharedDeployment } from './sharedDeployment.ts';

/** Only the owner of the room may call it. */
export function testModeratorAccess(earshot: SharedDeployment, procedure: string, input: object): void {
  testAccess(earshot, procedure, {
    input,
    callers: {
      'a client without an identity': 'UNAUTHENTICATED',
      'a user outside the room': 'NOT_ALLOWED',
      'a member': 'NOT_ALLOWED',
      'the author': 'allowed',
    },
  });
}

/** The inputs that a procedure refuses, with their errors, and that its calls are limited. */
export function testModerationRefusals(procedure: string, limited: object, refusals: readonly Refusal[]): void {
  const earshot = sharedDeployment(startEmbedded);
  testRefusals(earshot, procedure, refusals);
  testCallRate(procedure, limited);
}

const room = { type: 'room', roomId: 'ROOM' };
const nowhere = { type: 'room', roomId: 'nowhere' };

/** A mute or a ban of someone in the room. */
export const userSanctionInput = { scope: room, userId: 'someone' };

/** What `moderation.mute` and `moderation.ban` refuse. */
export function testUserSanctionRefusals(procedure: string): void {
  testModerationRefusals(procedure, { scope: nowhere, userId: 'someone' }, [
    [{ scope: room }, 'INVALID_INPUT', 'userId'],
    [{ ...userSanctionInput, lastsMs: 5 }, 'INVALID_INPUT', 'lastsMs'],
    [{ ...userSanctionInput, reason: '' }, 'INVALID_INPUT', 'reason'],
    [{ scope: { type: 'planet' }, userId: 'someone' }, 'INVALID_INPUT', 'scope'],
    [{ scope: nowhere, userId: 'someone' }, 'ROOM_NOT_FOUND'],
    [{ scope: { type: 'server' }, userId: 'someone' }, 'NOT_ALLOWED'],
  ]);
}

/** What `moderation.setLocked` and `moderation.setClosed` refuse. */
export function testRoomSwitchRefusals(procedure: string): void {
  testModerationRefusals(procedure, { roomId: 'nowhere', on: true }, [
    [{ roomId: 'ROOM' }, 'INVALID_INPUT', 'on'],
    [{ roomId: 'nowhere', on: true }, 'ROOM_NOT_FOUND'],
  ]);
}
