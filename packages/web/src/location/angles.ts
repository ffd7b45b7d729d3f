/** Letters for the directions, beside the English N, E, S, W. German writes O for the east, French for the west. */
export interface CompassLetters {
  north: string;
  east: string;
  south: string;
  west: string;
}

export const english: CompassLetters = { north: 'N', east: 'E', south: 'S', west: 'W' };

/** One of the two numbers, in degrees, and which of the two it is if a letter says so. */
export interface Angle {
  degrees: number;
  axis?: 'latitude' | 'longitude';
}

const degreeMark = '[°º]|deg';
const minuteMark = `['′’]`;
const secondMark = `["″”]|''|′′|’’`;

const angle = `([-+]?)(\\d{1,3}(?:\\.\\d+)?)(?:\\s*(?:${degreeMark})\\s*(?:(\\d{1,2}(?:\\.\\d+)?)\\s*(?:${minuteMark})\\s*)?(?:(\\d{1,2}(?:\\.\\d+)?)\\s*(?:${secondMark}))?)?`;
/** Ends an angle. After a letter or a mark nothing more is needed; after a plain number a separator is. */
const end = '\\s*(?:[,;/]|$|(?<![\\d.]))';

/** Reads one or two angles, each with at most one direction before or after it; undefined for any other text. */
export function readAngles(input: string, letters: CompassLetters): Angle[] | undefined {
  const text = withPoints(input).toUpperCase();
  const letter = `([NESW${Object.values(letters).join('').toUpperCase()}])`;
  const before = new RegExp(`\\s*${letter}\\s*${angle}(?:${end}|(?=${letter}))`, 'iy');
  const after = new RegExp(`\\s*${angle}\\s*${letter}?${end}`, 'iy');
  const angles: Angle[] = [];
  let at = 0;
  while (at < text.length) {
    before.lastIndex = after.lastIndex = at;
    const [, first, ...rest] = before.exec(text) ?? [];
    const half =
      first === undefined
        ? readAngle((after.exec(text) ?? []).slice(1), letters)
        : readAngle([...rest.slice(0, 4), first], letters);
    if (half === undefined) return undefined;
    angles.push(half);
    at = Math.max(before.lastIndex, after.lastIndex);
  }
  return angles.length === 1 || angles.length === 2 ? angles : undefined;
}

/**
 * Reads decimal commas: in `52,52 13,405` and `52,52; 13,405` a comma between digits is decimal, because another
 * separator parts the numbers. `52,52` alone is the first half of a pair.
 */
function withPoints(input: string): string {
  if (input.includes('.')) return input;
  if (/^[^\d,]*\d{1,3},\d+[^\d,]*$/.test(input)) return input.replace(',', '.');
  const decimal = /^\s*[^\d,]*\d{1,3},\d+[^\d,]*(?:[;/]|\s|,\s)[^\d,]*\d{1,3},\d+[^\d,]*$/;
  return decimal.test(input) ? input.replace(/(\d),(\d)/g, '$1.$2') : input;
}

function readAngle(parts: (string | undefined)[], letters: CompassLetters): Angle | undefined {
  const [sign = '', whole, minutes = '0', seconds = '0', letter] = parts;
  if (whole === undefined || Number(minutes) >= 60 || Number(seconds) >= 60) return undefined;
  const size = Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600;
  if (letter === undefined) return { degrees: sign === '-' ? -size : size };
  if (sign !== '') return undefined;
  const named = (key: keyof CompassLetters) => letter === english[key] || letter === letters[key].toUpperCase();
  if (named('north')) return { degrees: size, axis: 'latitude' };
  if (named('south')) return { degrees: -size, axis: 'latitude' };
  if (named('east')) return { degrees: size, axis: 'longitude' };
  return { degrees: -size, axis: 'longitude' };
}
