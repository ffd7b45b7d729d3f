import { bareWs } from './bareWs.ts';
import type { Protocol } from './protocol.ts';
import { socketIo } from './socketIo.ts';
import { trpc } from './trpc.ts';

/** All protocols by name. */
export const protocols = { trpc, socketIo, bareWs } satisfies Record<string, Protocol>;
export type ProtocolName = keyof typeof protocols;
