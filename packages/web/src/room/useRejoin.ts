import type { RoomView } from '@earshot/client/react';
import { useEffect } from 'react';
import { msUntil } from '../errors/endTime.ts';

/** The shortest time before another attempt, in milliseconds: the clock of this device may be ahead of the server's. */
const minMs = 15_000;
/** The longest one. Timers have a maximum. */
const maxMs = 12 * 60 * 60_000;

/** Joins the room again when the ban that ended the stay has ended. */
export function useRejoin({ status, error, rejoin }: Pick<RoomView, 'status' | 'error' | 'rejoin'>): void {
  const endsAt = status === 'stopped' && error?.code === 'BANNED' ? error.endsAt : undefined;
  useEffect(() => {
    if (endsAt === undefined) return;
    const msLeft = msUntil(endsAt);
    const timer = setTimeout(rejoin, Math.min(maxMs, msLeft > 0 ? msLeft + 200 : minMs));
    return () => clearTimeout(timer);
  }, [endsAt, rejoin]);
}
