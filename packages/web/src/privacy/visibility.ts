import type { EarshotApi, RouterOutputs } from '@earshot/client';

export type Visibility = RouterOutputs['me']['visibility'];

/** Where the user is listed by name, as seen from one room. */
export type Choice = 'everywhere' | 'notHere' | 'onlyHere' | 'nowhere';

/** Those about a room need an open one. */
export const choicesIn = (roomId: string | null): Choice[] =>
  roomId === null ? ['everywhere', 'nowhere'] : ['everywhere', 'notHere', 'onlyHere', 'nowhere'];

export function choiceOf({ isVisible, exceptRooms }: Visibility, roomId: string | null): Choice {
  const differsHere = roomId !== null && exceptRooms.includes(roomId);
  if (isVisible) return differsHere ? 'notHere' : 'everywhere';
  return differsHere ? 'onlyHere' : 'nowhere';
}

/** Makes the choice. Exceptions in other rooms stay, unless the opposite is chosen for all. Rejects as `me.setVisibility` does. */
export async function choose(
  me: EarshotApi['me'],
  current: Visibility,
  { choice, roomId }: { choice: Choice; roomId: string | null },
): Promise<Visibility> {
  const isVisible = choice === 'everywhere' || choice === 'notHere';
  const differsHere = choice === 'notHere' || choice === 'onlyHere';
  let next = current;
  if (current.isVisible !== isVisible) next = await me.setVisibility.mutate({ rooms: 'all', visible: isVisible });
  if (roomId === null || next.exceptRooms.includes(roomId) === differsHere) return next;
  return me.setVisibility.mutate({ rooms: [roomId], visible: isVisible !== differsHere });
}

/** The rooms that differ, besides that one. */
export const exceptionsBeside = ({ exceptRooms }: Visibility, roomId: string | null): number =>
  exceptRooms.filter((id) => id !== roomId).length;
