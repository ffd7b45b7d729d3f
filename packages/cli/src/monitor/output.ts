import { styleText } from 'node:util';
import { frameLine, frameObject, noteLine, type Paint } from './format.ts';
import type { Frame, Note } from './frame.ts';

/** The monitor's output: lines for people, or one JSON object a line for programs. */
export interface Output {
  frame(frame: Frame): void;
  note(note: Note): void;
  /** A message of the monitor itself: a sentence for people, and fields for programs. */
  report(sentence: string, fields: Record<string, unknown>): void;
  readonly paint: Paint;
}

interface OutputOptions {
  json: boolean;
  /** Whole payloads, also on a terminal. */
  full: boolean;
  /** Characters for the wire and the room of a line; 0: not shown. */
  originWidth: number;
}

const { stdout } = process;

export function createOutput({ json, full, originWidth }: OutputOptions): Output {
  // A reader such as `| head` closes the pipe when it has read enough.
  stdout.on('error', () => process.exit());
  const write = (line: string) => stdout.write(`${line}\n`);
  const writeJson = (fields: Record<string, unknown>) => write(JSON.stringify(fields));
  if (json) {
    return {
      paint: plain,
      frame: (frame) => writeJson(frameObject(frame)),
      note: ({ time, wire, room, note }) => writeJson({ time, wire, room, note }),
      report: (_sentence, fields) => writeJson(fields),
    };
  }
  const width = () => (full ? null : (stdout.columns ?? null));
  return {
    paint,
    frame: (frame) => write(frameLine(frame, { paint, originWidth, width: width() })),
    note: (note) => write(noteLine(note, { paint, originWidth })),
    report: (sentence) => write(sentence),
  };
}

const plain: Paint = (_style, text) => text;

/** Colours, if the terminal supports them. */
const paint: Paint = (style, text) => styleText(style, text, { stream: stdout });
