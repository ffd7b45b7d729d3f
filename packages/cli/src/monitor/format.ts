import { isErrorCode } from '@earshot/shared';
import type { Frame, Note } from './frame.ts';
import { innerPayload } from './innerPayload.ts';

export type Paint = (style: 'dim' | 'cyan' | 'green' | 'red' | 'bold', text: string) => string;

interface LineOptions {
  paint: Paint;
  /** Maximum characters of a line: the inner payload is truncated. Null: whole payloads. */
  width: number | null;
  /** Characters for the wire and the room; 0 if there is only one of each. */
  originWidth: number;
}

/** A line for people: time, direction, type, size, payload. */
export function frameLine(frame: Frame, { paint, width, originWidth }: LineOptions): string {
  const { time, direction, types } = frame;
  const where = originWidth === 0 ? '' : `${originOf(frame).padEnd(originWidth)} `;
  const when = `${clock(time)} ${where}`;
  const type = printable(types.join(' + ')).padEnd(typeWidth);
  const size = ` ${`${frame.bytes} B`.padStart(8)}`;
  const head = [
    paint('dim', when),
    direction === 'in' ? paint('cyan', '← ') : paint('green', '→ '),
    paint(types.some(isError) ? 'red' : 'bold', type),
    paint('dim', size),
  ].join('');
  const payload = payloadOf(frame);
  if (width === null) return `${head}  ${printable(payload)}`;
  const taken = when.length + 2 + type.length + size.length + 2;
  return `${head}  ${truncate(printable(innerPayload(frame.wire, payload)), width - taken)}`.trimEnd();
}

export function noteLine(note: Note, { paint, originWidth }: Omit<LineOptions, 'width'>): string {
  const where = originWidth === 0 ? '' : `${originOf(note).padEnd(originWidth)} `;
  return paint('dim', `${clock(note.time)} ${where}• ${printable(note.note)}`);
}

/** An object for programs: `frame` is the parsed payload, `text` a payload that isn't JSON. */
export function frameObject(frame: Frame): Record<string, unknown> {
  const { time, wire, room, direction, types, bytes } = frame;
  const head = { time, wire, room, direction, type: types.join(' + '), bytes };
  const payload = payloadOf(frame);
  try {
    return { ...head, frame: JSON.parse(payload) };
  } catch {
    return { ...head, text: payload };
  }
}

const typeWidth = 20;

const isError = (type: string) => type.toLowerCase() === 'error' || isErrorCode(type);

/** The wire and the room of a frame. */
export const originOf = ({ wire, room }: Pick<Frame, 'wire' | 'room'>) => `${wire}:${printable(room)}`;

const clock = (time: Date) => `${time.toTimeString().slice(0, 8)}.${String(time.getMilliseconds()).padStart(3, '0')}`;

/** Hides tokens, because people share the output. */
const payloadOf = ({ text }: Frame) => (text ?? '(binary)').replaceAll(/("token"\s*:\s*)"(?:[^"\\]|\\.)*"/g, '$1"…"');

// Characters that control a terminal or the reading direction: C0, C1, line separators and bidirectional marks.
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is the set that gets escaped
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const printable = (text: string) =>
  text.replaceAll(controlCharacters, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

function truncate(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(20, width - 1))}…`;
}
