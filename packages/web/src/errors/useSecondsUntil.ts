import { useEffect, useState } from 'react';

const secondsUntil = (time: number | null) => (time === null ? 0 : Math.max(0, Math.ceil((time - Date.now()) / 1_000)));

/** Whole seconds until a time (milliseconds since the epoch), counting down to 0; null: 0. */
export function useSecondsUntil(time: number | null): number {
  const [seconds, setSeconds] = useState(() => secondsUntil(time));
  useEffect(() => {
    const show = () => setSeconds(secondsUntil(time));
    show();
    const timer = setInterval(() => {
      show();
      if (secondsUntil(time) === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [time]);
  return seconds;
}
