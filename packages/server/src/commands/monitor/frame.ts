import type { Wire } from './target.ts';

export type Direction = 'in' | 'out';

/** One frame on a socket. */
export interface Frame {
  time: Date;
  wire: Wire;
  /** The room as it was named on the command line. */
  room: string;
  direction: Direction;
  /** What it holds: one type, or several where a frame carries a batch. */
  types: readonly string[];
  /** Of its payload. */
  bytes: number;
  /** The payload; null for a binary one. */
  text: string | null;
}

/** Something that happened to a connection. */
export interface Note {
  time: Date;
  wire: Wire;
  room: string;
  note: string;
}
