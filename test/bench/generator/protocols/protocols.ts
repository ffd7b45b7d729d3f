import { bareWs } from './bareWs.ts';
import type { Protocol } from './protocol.ts';
import { socketIo } from './socketIo.ts';
import { trpc, trpcWithTokens } from './trpc.ts';

/** All protocols by name. */
export const protocols = { trpc, trpcWithTokens, socketIo, bareWs } satisfies Record<string, Protocol>;
export type ProtocolName = keyof typeof protocols;
