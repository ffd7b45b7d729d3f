import type { Wire } from './target.ts';

export type Direction = 'in' | 'out';

/** One frame on a socket. */
export interface Frame {
  time: Date;
  wire: Wire;
  /** The room as named on the command line. */
  room: string;
  direction: Direction;
  /** The frame's type, or several types for a batch. */
  types: readonly string[];
  /** Bytes of the payload. */
  bytes: number;
  /** The payload; null for a binary frame. */
  text: string | null;
}

/** An event of a connection. */
export interface Note {
  time: Date;
  wire: Wire;
  room: string;
  note: string;
}
