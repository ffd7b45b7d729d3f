import { styleText } from 'node:util';
import { frameLine, frameObject, noteLine, type Paint } from './format.ts';
import type { Frame, Note } from './frame.ts';

/** Where the monitor writes: lines for people, or one JSON object a line for programs. */
export interface Output {
  frame(frame: Frame): void;
  note(note: Note): void;
  /** Something about the monitor itself: a sentence, and the same for programs. */
  say(sentence: string, fields: Record<string, unknown>): void;
  readonly paint: Paint;
}

interface OutputOptions {
  json: boolean;
  /** Payloads as they are, however long, on a terminal too. */
  full: boolean;
  /** Characters for the wire and the room of a line; 0: no need to tell. */
  originWidth: number;
}

const { stdout } = process;

export function createOutput({ json, full, originWidth }: OutputOptions): Output {
  // A reader that has seen enough (`| head`) closes the pipe.
  stdout.on('error', () => process.exit());
  const write = (line: string) => stdout.write(`${line}\n`);
  const writeJson = (fields: Record<string, unknown>) => write(JSON.stringify(fields));
  if (json) {
    return {
      paint: plain,
      frame: (frame) => writeJson(frameObject(frame)),
      note: ({ time, wire, room, note }) => writeJson({ time, wire, room, note }),
      say: (_sentence, fields) => writeJson(fields),
    };
  }
  const width = () => (full ? null : (stdout.columns ?? null));
  return {
    paint,
    frame: (frame) => write(frameLine(frame, { paint, originWidth, width: width() })),
    note: (note) => write(noteLine(note, { paint, originWidth })),
    say: (sentence) => write(sentence),
  };
}

const plain: Paint = (_style, text) => text;

/** Colours on a terminal that wants them. */
const paint: Paint = (style, text) => styleText(style, text, { stream: stdout });
