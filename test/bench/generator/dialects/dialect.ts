import type { Link } from '../link.ts';
import { bareWs } from './bareWs.ts';
import { socketIo } from './socketIo.ts';
import { trpc } from './trpc.ts';

export interface Answer {
  id: number;
  ok: boolean;
}

/** The protocol that a system speaks over its WebSocket. */
export interface Dialect {
  /** The path of the upgrade request. */
  path: string;
  /** Keep-alive texts of the server, with the answer to each. */
  beats: ReadonlyMap<string, string>;
  /** Parses the first 64 characters of a frame: the call that it answers, or null. */
  answer(head: string): Answer | null;
  /** Identifies the user; resolves when calls may follow. */
  greet(link: Link, name: string): Promise<void>;
  /** Creates the room of this number, to which the caller may send; resolves with its id. */
  makeRoom(link: Link, number: number): Promise<string>;
  /** Makes the caller a member of a room, so that it may send and watch. */
  join(link: Link, roomId: string): Promise<void>;
  /** Resolves when the watch has started. */
  watch(link: Link, roomId: string): Promise<void>;
  /** Resolves when the server has acknowledged the message. */
  send(link: Link, roomId: string, content: string): Promise<void>;
}

export const dialects = { trpc, socketIo, bareWs } satisfies Record<string, Dialect>;
export type DialectName = keyof typeof dialects;
