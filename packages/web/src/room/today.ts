import { useSyncExternalStore } from 'react';

/** The day and the time zone of the user, as one text that changes when either does. */
export type Today = string;

const dayOf = (at: Date) => [at.getFullYear(), at.getMonth() + 1, at.getDate()];

/** A machine-readable day in the user's time zone: 2026-03-29. */
export function isoDay(at: Date): string {
  const [year = 0, month = 0, day = 0] = dayOf(at);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

const read = (): Today => `${isoDay(new Date())} ${new Intl.DateTimeFormat().resolvedOptions().timeZone}`;

/** Milliseconds between two checks, because no event reports a change of the time zone or the clock. */
const checkMs = 30_000;

const listeners = new Set<() => void>();
let today = read();
let timer: ReturnType<typeof setTimeout> | undefined;

function check(): void {
  const now = read();
  if (now === today) return;
  today = now;
  for (const listener of listeners) listener();
}

/** Checks again at midnight, or after `checkMs` if that is sooner. */
function schedule(): void {
  const now = new Date();
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  const waitMs = Math.min(checkMs, Math.max(1, midnight.getTime() - now.getTime()));
  timer = setTimeout(() => {
    check();
    schedule();
  }, waitMs);
}

// A page that was suspended checks when it becomes visible.
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    schedule();
    addEventListener('focus', check);
    document.addEventListener('visibilitychange', check);
    check();
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearTimeout(timer);
    removeEventListener('focus', check);
    document.removeEventListener('visibilitychange', check);
  };
}

/** Renders a component again when the day or the time zone changes. */
export function useToday(): Today {
  return useSyncExternalStore(subscribe, () => today);
}
