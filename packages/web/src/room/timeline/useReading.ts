import { useEffect, useState } from 'react';

/** Milliseconds that the user must have looked before messages count as seen: missed messages arrive shortly after the return. */
const settleMs = 1_500;

/** Whether the user sees the newest messages: the page is visible, the list is at its end, and the room is live. */
export function useReading(atNewest: boolean, live: boolean): boolean {
  const visible = usePageVisible();
  const looking = atNewest && live && visible;
  const [reading, setReading] = useState(false);
  useEffect(() => {
    if (!looking) {
      setReading(false);
      return;
    }
    const timer = setTimeout(() => setReading(true), settleMs);
    return () => clearTimeout(timer);
  }, [looking]);
  return reading && looking;
}

function usePageVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible');
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === 'visible');
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return visible;
}
