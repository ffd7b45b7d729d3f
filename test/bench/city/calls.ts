import { limits } from '@earshot/shared';
import { cellOf } from '../../../packages/server/src/cells.ts';
import { formatNearbyCursor } from '../../../packages/server/src/domain/nearbyCursor.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { atDistance, centre } from './cityData.ts';

export const callNames = [
  'rooms.nearby, 5 km',
  'rooms.nearby, 50 km',
  'rooms.nearby, 50 km, lively',
  'rooms.nearbyPage, first',
  'rooms.nearbyPage, at 15 km',
  'rooms.join by location',
  'messages.send',
  'messages.history',
] as const;

export type CallName = (typeof callNames)[number];

/** The measured calls. Each is made with another number, so that no answer comes from a cache. */
export async function prepareCalls(
  url: string,
  roomIds: readonly string[],
): Promise<Record<CallName, (n: number) => Promise<unknown>>> {
  const { api } = stockClient(url, { username: 'Ann', userId: 'ann' });
  for (const roomId of roomIds) await api.rooms.join.mutate({ roomId });
  const here = (n: number) => atDistance(3_000 * ((n * 0.618) % 1), n * 2.4);
  /** A radius that no other call has. */
  const within = (metres: number, n: number) => metres - n / 1_000;
  const search = (metres: number, n: number) => ({
    location: here(n),
    radius: within(metres, n),
    limit: limits.nearbyMax,
  });
  const room = (n: number) => roomIds[n % roomIds.length] ?? '';
  const farPage = (n: number) => {
    const last = { cell: cellOf(atDistance(15_000, n * 2.4)), roomId: 'f'.repeat(24) };
    return { ...search(50_000, n), cursor: formatNearbyCursor({ origin: cellOf(centre), ...last }) };
  };
  return {
    'rooms.nearby, 5 km': (n) => api.rooms.nearby.query(search(5_000, n)),
    'rooms.nearby, 50 km': (n) => api.rooms.nearby.query(search(50_000, n)),
    'rooms.nearby, 50 km, lively': (n) => api.rooms.nearby.query({ ...search(50_000, n), order: 'lively' }),
    'rooms.nearbyPage, first': (n) => api.rooms.nearbyPage.query(search(50_000, n)),
    'rooms.nearbyPage, at 15 km': (n) => api.rooms.nearbyPage.query(farPage(n)),
    'rooms.join by location': (n) => api.rooms.join.mutate({ location: here(n), searchRadius: within(5_000, n) }),
    'messages.send': (n) => api.messages.send.mutate({ roomId: room(n), content: `Message ${n}` }),
    'messages.history': (n) => api.messages.history.query({ roomId: room(n) }),
  };
}
