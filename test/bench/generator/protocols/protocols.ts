import { bareWs } from './bareWs.ts';
import type { Dialect } from './dialect.ts';
import { socketIo } from './socketIo.ts';
import { trpc } from './trpc.ts';

/** All protocols by name. */
export const dialects = { trpc, socketIo, bareWs } satisfies Record<string, Dialect>;
export type DialectName = keyof typeof dialects;
