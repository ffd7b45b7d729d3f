import type { Direction } from './frame.ts';

/** Hears of all that happens on the sockets of one observer. */
export interface FrameObserver {
  frame(direction: Direction, data: string | Uint8Array): void;
  note(text: string): void;
}

/** A member of a room who watches it and says nothing. */
export interface Observer {
  /** Whether it ever was in the room. */
  readonly joined: boolean;
  /** Resolves when it can't go on: the server refused it for good. */
  readonly ended: Promise<void>;
  /** Takes leave of the room. */
  stop(): Promise<void>;
}
