import { useCallback, useEffect, useRef } from 'react';

/** Without a key for this long, in milliseconds, one does not type any more. */
const idleMs = 4_000;

/** Tells the room that the user types, until they stop, send, or go. */
export function useTyping(setTyping: (isTyping: boolean) => void): (isTyping: boolean) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tell = useCallback(
    (isTyping: boolean) => {
      clearTimeout(timer.current);
      setTyping(isTyping);
      if (isTyping) timer.current = setTimeout(() => setTyping(false), idleMs);
    },
    [setTyping],
  );
  useEffect(() => () => tell(false), [tell]);
  return tell;
}
