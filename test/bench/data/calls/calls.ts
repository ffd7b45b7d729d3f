import type { DataCalls } from './call.ts';
import { frameCalls, routeCalls } from './legacyCalls.ts';
import { messageCalls } from './messageCalls.ts';
import { moderationCalls } from './moderationCalls.ts';
import { roomCalls } from './roomCalls.ts';
import { userCalls } from './userCalls.ts';

/** Every procedure: a test compares them with the router. */
export const procedureCalls: DataCalls = { ...roomCalls, ...messageCalls, ...moderationCalls, ...userCalls };

export { frameCalls, routeCalls };

const legacyFrames = Object.entries(frameCalls).map(([type, call]) => [`legacy ${type}`, call] as const);

/** Every procedure, and every frame and route of legacy clients. */
export const dataCalls: DataCalls = { ...procedureCalls, ...Object.fromEntries(legacyFrames), ...routeCalls };
