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

/** Receives the frames and notes of one observer's sockets. */
export interface FrameObserver {
  frame(direction: Direction, data: string | Uint8Array): void;
  note(text: string): void;
}

/** A member of a room that subscribes to it and sends nothing. */
export interface Observer {
  /** Whether the observer has ever been in the room. */
  readonly joined: boolean;
  /** Resolves when the server has rejected the observer permanently. */
  readonly ended: Promise<void>;
  /** Leaves the room. */
  stop(): Promise<void>;
}
