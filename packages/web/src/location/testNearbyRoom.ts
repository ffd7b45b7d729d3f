import type { NearbyRoom } from '@earshot/client';

/** For tests: a nearby room with this id as its name. */
export const testNearbyRoom = (id: string, more: Partial<NearbyRoom> = {}): NearbyRoom => ({
  id,
  name: id,
  title: null,
  topic: null,
  ownerId: null,
  area: null,
  place: { latitude: 52.52, longitude: 13.405 },
  createdAt: new Date(0),
  lastMessageAt: null,
  userCount: 1,
  distance: 100,
  preview: null,
  ...more,
});
