import { useCallback, useEffect, useRef } from 'react';

/** Milliseconds without a key press after which the user counts as not typing. */
const idleMs = 4_000;

/** Reports that the user is typing, until they stop, send, or leave. */
export function useTyping(setTyping: (isTyping: boolean) => void): (isTyping: boolean) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const report = useCallback(
    (isTyping: boolean) => {
      clearTimeout(timer.current);
      setTyping(isTyping);
      if (isTyping) timer.current = setTimeout(() => setTyping(false), idleMs);
    },
    [setTyping],
  );
  useEffect(() => () => report(false), [report]);
  return report;
}
