import type { RoomTarget } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import { openRoom } from './route.ts';

/** A room that is being joined and whose id is not known yet, or why the join failed. */
export interface Entering {
  target: RoomTarget;
  problem: ProblemCause | null;
}

/** Opens rooms. A room given by its location is looked up (or created) first, because the address needs an id. */
export function useEntering() {
  const { trpc } = useEarshot();
  const [entering, setEntering] = useState<Entering | null>(null);
  const latestAttempt = useRef(0);

  const cancel = useCallback(() => {
    latestAttempt.current += 1;
    setEntering(null);
  }, []);

  // Navigating back or forward cancels the join.
  useEffect(() => {
    addEventListener('popstate', cancel);
    return () => removeEventListener('popstate', cancel);
  }, [cancel]);

  const enter = useCallback(
    async (target: RoomTarget) => {
      cancel();
      if ('roomId' in target) return openRoom(target.roomId);
      const attempt = latestAttempt.current;
      setEntering({ target, problem: null });
      try {
        const { room } = await trpc.rooms.join.mutate(target);
        if (attempt !== latestAttempt.current) return;
        setEntering(null);
        openRoom(room.id);
      } catch (error) {
        if (attempt === latestAttempt.current) setEntering({ target, problem: problemOf(error) });
      }
    },
    [trpc, cancel],
  );
  return { entering, enter, cancel };
}
