import type { Direction } from './frame.ts';

/** Receives the frames and notes of one observer's sockets. */
export interface FrameObserver {
  frame(direction: Direction, data: string | Uint8Array): void;
  note(text: string): void;
}

/** A member of a room who watches it and sends nothing. */
export interface Observer {
  /** Whether the observer has ever been in the room. */
  readonly joined: boolean;
  /** Resolves when the server has rejected the observer permanently. */
  readonly ended: Promise<void>;
  /** Leaves the room. */
  stop(): Promise<void>;
}
