import { limits } from '@earshot/shared';
import { byModerator, byNewcomer, byUser, type DataCalls, newcomer } from './call.ts';
import type { Tools } from './tools.ts';

/** A radius that no other call has. */
const search = ({ place }: Tools, n: number) => ({
  location: place(n),
  radius: 5_000 - n / 1_000,
  limit: limits.nearbyMax,
});
const inRoom = ({ room }: Tools, n: number) => ({ roomId: room(n) });
const joinFirst = (path: string) => (tools: Tools, n: number) =>
  tools.callAs(newcomer(path, n), 'rooms.join', inRoom(tools, n), n);

export const roomCalls: DataCalls = {
  'rooms.join': byNewcomer('rooms.join', inRoom),
  'rooms.leave': byNewcomer('rooms.leave', inRoom, joinFirst('rooms.leave')),
  'rooms.get': byUser('rooms.get', inRoom),
  'rooms.describe': byModerator('rooms.describe', ({ otherRoom }, n) => ({ roomId: otherRoom(n), title: `Club ${n}` })),
  'rooms.nearby': byUser('rooms.nearby', search),
  'rooms.nearbyPage': byUser('rooms.nearbyPage', search),
  'rooms.watchNearby': byUser('rooms.watchNearby', search),
  'rooms.watch': byUser('rooms.watch', ({ room }, n) => ({ roomId: room(n), history: limits.historyMax })),
  'places.watch': byUser('places.watch', ({ place }, n) => ({ location: place(n) })),
  'places.search': byUser('places.search', (_, n) => ({ text: `Ber ${n}` })),
  'presence.list': byUser('presence.list', inRoom),
  'presence.typing': byUser('presence.typing', ({ room }, n) => ({ roomId: room(n), isTyping: true })),
};
