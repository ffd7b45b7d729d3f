import type { ErrorCode } from '@earshot/shared';
import { expect, test } from 'vitest';
import { joinLegacy, openLegacy, someLocationId } from './legacyClient.ts';
import type { SharedDeployment } from './sharedDeployment.ts';

/** A frame, the code of the `Error` that answers it, and a part of its message. */
export type FrameRefusal = [frame: object, code: ErrorCode, message?: string];

/** Sends each frame on a socket that has joined a room, or on a new one. The socket stays open. */
export function testFrameRefusals(
  earshot: SharedDeployment,
  socket: 'joined' | 'new',
  refusals: readonly FrameRefusal[],
) {
  test.each(refusals)(`%j on a ${socket} socket: %s`, async (frame, code, message = '') => {
    const at = someLocationId();
    using client = await (socket === 'joined' ? joinLegacy(earshot.a.url, at, 'Ada') : openLegacy(earshot.a.url, at));
    client.send(frame);
    expect(await client.until('Error')).toMatchObject({ code, message: expect.stringContaining(message) });
    client.send({ type: 'Auth', user_id: 'ada', username: 'Ada' });
    await client.until('UserJoined');
  });
}
