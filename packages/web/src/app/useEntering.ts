import type { RoomTarget } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import { openRoom } from './route.ts';

/** On the way into a room whose id is not known yet, or why there is no way. */
export interface Entering {
  target: RoomTarget;
  problem: ProblemCause | null;
}

/** Opens rooms. One named by its place is looked up (or made) first, because an address holds an id. */
export function useEntering() {
  const { trpc } = useEarshot();
  const [entering, setEntering] = useState<Entering | null>(null);
  const latest = useRef(0);

  const cancel = useCallback(() => {
    latest.current += 1;
    setEntering(null);
  }, []);

  // Whoever goes back, or forward, no longer wants to be led elsewhere.
  useEffect(() => {
    addEventListener('popstate', cancel);
    return () => removeEventListener('popstate', cancel);
  }, [cancel]);

  const enter = useCallback(
    async (target: RoomTarget) => {
      cancel();
      if ('roomId' in target) return openRoom(target.roomId);
      const turn = latest.current;
      setEntering({ target, problem: null });
      try {
        const { room } = await trpc.rooms.join.mutate(target);
        if (turn !== latest.current) return;
        setEntering(null);
        openRoom(room.id);
      } catch (error) {
        if (turn === latest.current) setEntering({ target, problem: problemOf(error) });
      }
    },
    [trpc, cancel],
  );
  return { entering, enter, cancel };
}
