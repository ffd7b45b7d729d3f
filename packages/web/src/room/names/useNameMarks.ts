import type { User } from '@earshot/client';
import type { RoomView } from '@earshot/client/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useSettings } from '../../lib/settings.ts';
import type { MarksById } from './nameMarks.ts';

type Functions = typeof import('./nameMarks.ts') & Pick<typeof import('@earshot/shared/lookalikes'), 'findSameName'>;

const loadFunctions = async (): Promise<Functions> => ({
  ...(await import('./nameMarks.ts')),
  ...(await import('@earshot/shared/lookalikes')),
});

const noMarks: MarksById = new Map();

interface RoomNames {
  /** The same object while its content is the same. */
  readonly marks: MarksById;
  /** Another user who is present with a name that looks like the user's; null for none. */
  readonly sameName: User | null;
}

/** Finds guests, names that look alike, and changes of names. The table of characters is loaded separately, because it is large. */
export function useNameMarks({ messages, present }: Pick<RoomView, 'messages' | 'present'>, me: User): RoomNames {
  const marksGuests = useSettings().auth !== 'open';
  const [functions, setFunctions] = useState<Functions | null>(null);
  useEffect(() => {
    let isMounted = true;
    loadFunctions().then(
      (loaded) => isMounted && setFunctions(loaded),
      () => {}, // offline, with an incomplete cache
    );
    return () => {
      isMounted = false;
    };
  }, []);
  const last = useRef(noMarks);
  const marks = useMemo(
    () => functions?.nameMarks({ messages, present, marksGuests }) ?? noMarks,
    [functions, messages, present, marksGuests],
  );
  if (!functions?.isSameMarks(last.current, marks)) last.current = marks;
  const sameName = useMemo(() => functions?.findSameName(present, me) ?? null, [functions, present, me]);
  return { marks: last.current, sameName };
}
