const displayNames = new Map<string, Intl.DisplayNames>();

/** The name of a country of ISO 3166 in a language; the code itself for one that the browser does not know. */
export function countryName(code: string, language: string): string {
  const known = displayNames.get(language) ?? new Intl.DisplayNames(language, { type: 'region' });
  displayNames.set(language, known);
  try {
    return known.of(code) ?? code;
  } catch {
    return code; // not a code
  }
}
