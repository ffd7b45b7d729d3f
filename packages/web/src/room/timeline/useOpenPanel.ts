import { useCallback, useRef, useState } from 'react';
import type { OpenPanel } from './RowView.tsx';

/**
 * The one message that is open, and where the focus goes afterwards: to the message, or to where it was opened from,
 * but not away from where the user has moved it meanwhile.
 */
export function useOpenPanel(focusRow: (key: string) => void) {
  const [openPanel, setOpenPanel] = useState<OpenPanel | null>(null);
  const restoreFocus = useRef<(() => void) | null>(null);

  const open = useCallback((next: OpenPanel, onClosed: (() => void) | null = null) => {
    restoreFocus.current = onClosed;
    setOpenPanel(next);
  }, []);

  const close = useCallback(
    (key: string) => {
      setOpenPanel((current) => (current?.key === key ? null : current));
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return;
        if (restoreFocus.current) restoreFocus.current();
        else focusRow(key);
      });
    },
    [focusRow],
  );

  return { openPanel, open, close };
}
