/** Prints a value as JSON, or its lines of text. */
export function print(value: unknown, { json, lines }: { json: boolean; lines: readonly string[] }): void {
  process.stdout.write(json ? `${toJson(value)}\n` : lines.map((line) => `${line}\n`).join(''));
}

/** Formats JSON for a terminal: `JSON.stringify` leaves some of the control characters as they are. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replaceAll(
    unescaped,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const unescaped = /[\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Control characters, also those that change the direction of text: a terminal must not interpret what users wrote. */
const controls = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** A text of a user as one line for a terminal, of at most `max` characters. */
export function oneLine(text: string, max = 100): string {
  const line = Array.from(text.replaceAll(/\s+/g, ' ').replaceAll(controls, '\uFFFD'));
  return line.length > max ? `${line.slice(0, max).join('')}…` : line.join('');
}

/** A time for people, in UTC. */
export const showTime = (time: Date): string => time.toISOString().replace('T', ' ').slice(0, 19);

/** A user for people. */
export const showUser = (userId: string, username: string | null): string =>
  userId === '' ? 'the operator' : username === null ? oneLine(userId) : `${oneLine(username)} (${oneLine(userId)})`;
