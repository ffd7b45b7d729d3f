import { locale } from '../text/useText.ts';

/** When something ends, for a sentence: the time of day, with the date unless it is today. */
export function endTime(at: Date, now = new Date()): string {
  const isToday = at.toDateString() === now.toDateString();
  return at.toLocaleString(locale(), { ...(!isToday && { dateStyle: 'medium' }), timeStyle: 'short' });
}

/** Milliseconds until a time that the server names, by the clock of this device; negative after it. */
export const msUntil = (at: Date): number => at.getTime() - Date.now();
