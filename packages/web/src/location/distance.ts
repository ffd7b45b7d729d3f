/** Formats a distance in a language: `250 m`, `1 km`. */
export function formatDistance(metres: number, language: string): string {
  const far = metres >= 1_000;
  const value = far ? metres / 1_000 : metres;
  const options = { style: 'unit', unit: far ? 'kilometer' : 'meter', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, options).format(value);
}
