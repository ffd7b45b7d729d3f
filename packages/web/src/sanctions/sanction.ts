import type { EarshotClient } from '@earshot/client';
import type { Scope } from './scope.ts';

const hourMs = 60 * 60 * 1_000;

const durationsMs = { hour: hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs, month: 30 * 24 * hourMs, open: null };

export type Duration = keyof typeof durationsMs;

/** The durations offered. `open`: until the sanction is lifted. */
export const durations: readonly Duration[] = ['hour', 'day', 'week', 'month', 'open'];

/** Milliseconds; null: until it is lifted. */
export const msOf = (duration: Duration): number | null => durationsMs[duration];

/** Kicks from a room, or mutes or bans in a scope. `reason`: shown to the user. */
export type SanctionRequest = { readonly userId: string; readonly reason: string | null } & (
  | { readonly kind: 'kick'; readonly roomId: string }
  | { readonly kind: 'mute' | 'ban'; readonly scope: Scope; readonly duration: Duration }
);

/** Imposes a sanction. Repeating a mute or a ban replaces it. */
export async function sanction({ trpc }: EarshotClient, request: SanctionRequest): Promise<void> {
  const { userId, reason } = request;
  if (request.kind === 'kick') {
    await trpc.moderation.kick.mutate({ roomId: request.roomId, userId, reason });
    return;
  }
  const { kind, scope, duration } = request;
  await trpc.moderation[kind].mutate({ scope, userId, lastsMs: msOf(duration), reason });
}
