import { useEffect, useState } from 'react';

/** How long one must have looked before it counts, in milliseconds: what was missed comes a moment after coming back. */
const settleMs = 1_500;

/** Whether the user has the newest messages before their eyes: the page shows, the list is at its end, all is live. */
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
