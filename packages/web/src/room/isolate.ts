/** A name to be put into a sentence: in isolates (Unicode UAX #9), so that its direction does not turn the rest. */
export const isolate = (name: string): string => `\u2068${name}\u2069`;
