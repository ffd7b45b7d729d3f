import type { RoomTarget } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import { openRoom } from './route.ts';

/** A room that is being joined and whose id is not known yet, or the reason why the join failed. */
export interface JoiningRoom {
  target: RoomTarget;
  problem: ProblemCause | null;
}

/** Opens rooms. A room given by its location is looked up (or created) first, because the address needs an id. */
export function useEnterRoom() {
  const { trpc } = useEarshot();
  const [joiningRoom, setJoiningRoom] = useState<JoiningRoom | null>(null);
  const latestAttempt = useRef(0);

  const cancel = useCallback(() => {
    latestAttempt.current += 1;
    setJoiningRoom(null);
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
      setJoiningRoom({ target, problem: null });
      try {
        const { room } = await trpc.rooms.join.mutate(target);
        if (attempt !== latestAttempt.current) return;
        setJoiningRoom(null);
        openRoom(room.id);
      } catch (error) {
        if (attempt === latestAttempt.current) setJoiningRoom({ target, problem: problemOf(error) });
      }
    },
    [trpc, cancel],
  );
  return { joiningRoom, enter, cancel };
}
