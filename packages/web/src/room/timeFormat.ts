/** Formats times in one language. */
export interface TimeFormat {
  /** The time of day: 14:05. */
  clock(at: Date): string;
  /** Exact day and time. */
  exact(at: Date): string;
  /** The day relative to `now`: today, yesterday, or its date (with the year if it is another one). */
  day(at: Date, now: Date): string;
}

const cache = new Map<string, TimeFormat>();
let cachedDay = '';

/**
 * The formatters for a language (BCP 47). Creating them is slow, so they are cached while `today` stays the same: they
 * keep the time zone in which they were created.
 */
export function timeFormat(language: string, today = ''): TimeFormat {
  if (today !== cachedDay) cache.clear();
  cachedDay = today;
  const cached = cache.get(language);
  if (cached !== undefined) return cached;
  const format = createTimeFormat(language);
  cache.set(language, format);
  return format;
}

function createTimeFormat(language: string): TimeFormat {
  const clock = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short' });
  const thisYear = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
  const otherYear = new Intl.DateTimeFormat(language, { dateStyle: 'long' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  return {
    clock: (at) => clock.format(at),
    exact: (at) => exact.format(at),
    day: (at, now) => {
      const days = daysBetween(at, now);
      if (days === 0 || days === 1) return capitalised(relative.format(-days, 'day'), language);
      return (at.getFullYear() === now.getFullYear() ? thisYear : otherYear).format(at);
    },
  };
}

/** Midnights between two times in the user's time zone. Rounded, because two days a year have 23 or 25 hours. */
function daysBetween(earlier: Date, later: Date): number {
  const midnight = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
  return Math.round((midnight(later) - midnight(earlier)) / 86_400_000);
}

function capitalised(text: string, language: string): string {
  const [first = '', ...rest] = text;
  return first.toLocaleUpperCase(language) + rest.join('');
}
