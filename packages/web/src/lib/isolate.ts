/** Wraps a name in isolates (Unicode UAX #9), so that its direction does not affect the sentence around it. */
export const isolate = (name: string): string => `\u2068${name}\u2069`;
