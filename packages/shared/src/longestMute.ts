import type { OwnSanction } from './moderation.ts';

/** Returns the mute that ends last; null if there is none. */
export function longestMute(sanctions: readonly OwnSanction[]): OwnSanction | null {
  const mutes = sanctions.filter(({ kind }) => kind === 'mute');
  return mutes.toSorted((a, b) => sanctionEnd(b) - sanctionEnd(a))[0] ?? null;
}

/** The end of a sanction, in milliseconds since 1970; infinity if it has none. */
export const sanctionEnd = ({ endsAt }: OwnSanction): number => endsAt?.getTime() ?? Number.POSITIVE_INFINITY;
