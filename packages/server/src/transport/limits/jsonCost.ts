/** Maximum characters of a JSON text that isn't checked: parsing it takes at most a few milliseconds. */
const uncheckedChars = 16 * 1024;
/** Maximum depth of nested objects and lists. Inputs have a few levels. */
const depthMax = 64;
/** Maximum number of commas, colons and opening brackets. A frame of 500 calls has about 10,000. */
const symbolsMax = 20_000;

const [quote, comma, colon, backslash] = [0x22, 0x2c, 0x3a, 0x5c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Whether a text would take long to parse as JSON: 300 KB of nested lists, or of objects with different keys, block the
 * event loop for 20 ms. `symbols`: maximum number of commas, colons and opening brackets outside of strings.
 */
export function isCostlyToParse(text: string, symbols = symbolsMax): boolean {
  if (text.length < uncheckedChars) return false;
  let left = Math.max(symbols, symbolsMax);
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === quote) {
      at = endOfString(text, at);
    } else if (char === openList || char === openObject) {
      depth += 1;
      left -= 1;
    } else if (char === closeList || char === closeObject) {
      depth -= 1;
    } else if (char === comma || char === colon) {
      left -= 1;
    }
    if (left < 0 || depth > depthMax) return true;
  }
  return false;
}

/** The index where the string that starts at `start` ends. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether an odd number of backslashes precedes the index. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text.charCodeAt(before - 1) === backslash) before -= 1;
  return (at - before) % 2 === 1;
}
