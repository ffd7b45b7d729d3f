import type { RoomState, RoomWatch } from '@earshot/client';
import type { Message } from '@earshot/shared';

/** Resolves when the room shows the message, is delayed, or was reset to another history. */
export function untilShown(room: RoomWatch, { seq }: Message): Promise<void> {
  let last = 0;
  return untilState(room, ({ status, position }) => {
    const before = last;
    last = position ?? 0;
    return status !== 'live' || last < before || last >= seq;
  });
}

/** Resolves when the room is live, or reports a delay: /quit must work then. */
export function untilLiveOrDelayed(room: RoomWatch): Promise<void> {
  return untilState(room, ({ status, error }) => status === 'live' || error !== null);
}

/** Resolves when the room's state, now or later, matches. */
function untilState({ state }: RoomWatch, matches: (state: RoomState) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (current: RoomState) => {
      if (!matches(current)) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = state.subscribe(check);
    check(state.get());
  });
}
