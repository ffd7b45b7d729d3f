const units = [
  ['day', 24 * 60 * 60 * 1_000],
  ['hour', 60 * 60 * 1_000],
  ['minute', 60 * 1_000],
  ['second', 1_000],
] as const;

/** A duration in the largest unit of which it is a multiple. */
export function formatDuration(ms: number, language: string): string {
  const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? ['second', 1_000];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(ms / size);
}
