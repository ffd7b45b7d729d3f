import { longestMute, sanctionEnd } from '@earshot/shared';
import { skipToken, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { asEarshotError, type OwnSanction } from '../index.ts';
import { useProvided } from './EarshotProvider.ts';
import type { RoomView } from './roomView.ts';

/** Milliseconds between two queries while the user is muted: the announcement that the mute was lifted may be lost with a connection. */
const repeatMs = 5 * 60_000;
/** The shortest time between two queries: the clock of this device may be ahead of the server's. */
const minRepeatMs = 5_000;

/**
 * Returns the mute of the user that holds in a room: of the room, its area or the server; null while there is none. Of several, it is the one
 * that ends last. It is read when the room is joined, and again when a mute or its end is announced, a message is refused for one, or it ends.
 */
export function useMute({
  room,
  sanction,
  pending,
}: Pick<RoomView, 'room' | 'sanction' | 'pending'>): OwnSanction | null {
  const { client, queryClient } = useProvided();
  const roomId = room?.id ?? null;
  const { data, refetch } = useQuery<readonly OwnSanction[]>(
    {
      queryKey: ['earshot', 'me.sanctions', roomId],
      queryFn:
        client === null || roomId === null
          ? skipToken
          : ({ signal }) => client.trpc.me.sanctions.query({ roomId }, { signal }),
      // The server may be reachable even if the browser considers itself offline.
      networkMode: 'always',
      retry: (failures, cause) => failures < 3 && asEarshotError(cause).retry !== 'no',
      refetchInterval: ({ state }) => msToRepeat(longestMute(state.data ?? []), sanction),
      // The interval pauses in a hidden page.
      refetchOnWindowFocus: ({ state }) => longestMute(state.data ?? []) !== null,
      refetchOnReconnect: false,
    },
    queryClient,
  );
  const refusal = pending.findLast(({ error }) => error?.code === 'MUTED')?.error ?? null;
  const hasNews = sanction !== null || refusal !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new sanction or refusal causes another query
  useEffect(() => {
    if (hasNews) void refetch();
  }, [hasNews, sanction, refusal, refetch]);
  return longestMute(data ?? []);
}

/** `announced`: the last announced sanction. False: never. */
function msToRepeat(mute: OwnSanction | null, announced: OwnSanction | null): number | false {
  if (mute === null) return false;
  // Over HTTP, another instance may have answered, which did not know yet that it was lifted.
  if (announced !== null && sanctionEnd(announced) <= Date.now()) return minRepeatMs;
  const msLeft = sanctionEnd(mute) - Date.now();
  return msLeft < 0 ? minRepeatMs : Math.min(repeatMs, msLeft + 100);
}
