import type { EarshotClient } from '@earshot/client';
import type { Scope } from '../useScopes.ts';

const hourMs = 60 * 60 * 1_000;

const durationsMs = { hour: hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs, month: 30 * 24 * hourMs, open: null };

type Duration = keyof typeof durationsMs;

/** The durations offered. `open`: until the sanction is lifted. */
export const durations: readonly Duration[] = ['hour', 'day', 'week', 'month', 'open'];

export interface SanctionRequest {
  readonly kind: 'mute' | 'ban' | 'kick';
  /** Where a mute or a ban holds. */
  readonly scope: Scope;
  /** The room a user is kicked from. */
  readonly roomId: string;
  readonly userId: string;
  readonly duration: Duration;
  /** Shown to the user. */
  readonly reason: string | null;
}

/** Imposes a sanction. Repeating a mute or a ban replaces it. */
export async function sanction({ trpc }: EarshotClient, request: SanctionRequest): Promise<void> {
  const { kind, scope, roomId, userId, duration, reason } = request;
  const lastsMs = durationsMs[duration];
  if (kind === 'kick') await trpc.moderation.kick.mutate({ roomId, userId, reason });
  else await trpc.moderation[kind].mutate({ scope, userId, lastsMs, reason });
}
