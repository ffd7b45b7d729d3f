import type { Neighbourhood, Readable, RoomWatch } from '@earshot/client';
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

/** Resolves when the neighbourhood shows the message, is delayed, or has left its room. */
export function untilShownAround(neighbourhood: Neighbourhood, { id, roomId }: Message): Promise<void> {
  return untilState(neighbourhood, ({ status, rooms, messages }) => {
    const isInReach = rooms.some((room) => room.id === roomId);
    return status !== 'live' || !isInReach || messages.some((message) => message.id === id);
  });
}

/** Resolves when the room is live, or reports a delay: /quit must work then. */
export function untilLiveOrDelayed(room: RoomWatch): Promise<void> {
  return untilState(room, ({ status, error }) => status === 'live' || error !== null);
}

/** Resolves when the state, now or later, matches. */
function untilState<State>({ state }: { state: Readable<State> }, matches: (state: State) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (current: State) => {
      if (!matches(current)) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = state.subscribe(check);
    check(state.get());
  });
}
