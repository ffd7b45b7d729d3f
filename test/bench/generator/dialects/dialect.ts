import type { Link } from '../link.ts';
import { bareWs } from './bareWs.ts';
import { socketIo } from './socketIo.ts';
import { trpc } from './trpc.ts';

export interface Answer {
  id: number;
  ok: boolean;
}

/** How a system is spoken to over its WebSocket. */
export interface Dialect {
  /** What is asked for in the upgrade. */
  path: string;
  /** Keep-alive texts of the server, and what they are answered with. */
  beats: ReadonlyMap<string, string>;
  /** The call that a frame answers, from its first 64 characters; null: none. */
  answer(head: string): Answer | null;
  /** Says who is there; resolves when calls may follow. */
  greet(link: Link, name: string): Promise<void>;
  /** A room of this number, which the caller may send to; resolves with its id. */
  makeRoom(link: Link, number: number): Promise<string>;
  /** Lets the caller send to a room and watch it. */
  join(link: Link, roomId: string): Promise<void>;
  /** Resolves when the watching has begun. */
  watch(link: Link, roomId: string): Promise<void>;
  /** Resolves when the server has acknowledged the message. */
  send(link: Link, roomId: string, content: string): Promise<void>;
}

export const dialects = { trpc, socketIo, bareWs } satisfies Record<string, Dialect>;
export type DialectName = keyof typeof dialects;
