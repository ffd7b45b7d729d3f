import { useEffect, useState } from 'react';

/** Milliseconds that the newest messages must be visible before they count as seen: missed messages arrive shortly after the return. */
const settleMs = 1_500;

/** Whether the user sees the newest messages: the page is visible, the list is at its end, and the room is live. */
export function useReading(atNewest: boolean, live: boolean): boolean {
  const visible = usePageVisible();
  const canRead = atNewest && live && visible;
  const [reading, setReading] = useState(false);
  useEffect(() => {
    if (!canRead) {
      setReading(false);
      return;
    }
    const timer = setTimeout(() => setReading(true), settleMs);
    return () => clearTimeout(timer);
  }, [canRead]);
  return reading && canRead;
}

function usePageVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const update = () => setVisible(document.visibilityState === 'visible');
    update();
    document.addEventListener('visibilitychange', update);
    return () => document.removeEventListener('visibilitychange', update);
  }, []);
  return visible;
}
