import { useCallback, useRef, useState } from 'react';
import type { Opening } from './RowView.tsx';

/**
 * The one message that is open, and where the focus goes afterwards: to the message, or to where it was opened from,
 * but not away from where the user has moved it meanwhile.
 */
export function useOpening(focusRow: (key: string) => void) {
  const [opening, setOpening] = useState<Opening | null>(null);
  const giveBack = useRef<(() => void) | null>(null);

  const open = useCallback((next: Opening, back: (() => void) | null = null) => {
    giveBack.current = back;
    setOpening(next);
  }, []);

  const close = useCallback(
    (key: string) => {
      setOpening((current) => (current?.key === key ? null : current));
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return;
        if (giveBack.current) giveBack.current();
        else focusRow(key);
      });
    },
    [focusRow],
  );

  return { opening, open, close };
}
