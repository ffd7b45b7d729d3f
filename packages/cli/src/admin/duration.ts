import { InvalidArgumentError } from 'commander';

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const daysMax = 3_650;

/** Parses a duration such as `90s`, `10m`, `2h` or `7d` into milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text);
  const unit = Object.entries(unitMs).find(([name]) => name === match?.[2])?.[1];
  const duration = Number(match?.[1]) * (unit ?? Number.NaN);
  if (duration > 0 && duration <= daysMax * unitMs.d) return duration;
  throw new InvalidArgumentError(`It must be a duration like 90s, 10m, 2h or 7d, of at most ${daysMax} days.`);
}
