import { useEffect, useState } from 'react';

/**
 * Whole seconds until a time (milliseconds since the epoch), counting down to 0; 0 for null. The wall clock is read
 * only once, because it may be changed during the countdown.
 */
export function useSecondsUntil(time: number | null): number {
  const [seconds, setSeconds] = useState(() => toSeconds(msUntil(time)));
  useEffect(() => {
    const end = performance.now() + msUntil(time);
    const update = () => {
      const left = toSeconds(end - performance.now());
      setSeconds(left);
      if (left === 0) clearInterval(timer);
    };
    const timer = setInterval(update, 250);
    update();
    return () => clearInterval(timer);
  }, [time]);
  return seconds;
}

const msUntil = (time: number | null) => (time === null ? 0 : time - Date.now());
const toSeconds = (ms: number) => Math.max(0, Math.ceil(ms / 1_000));
