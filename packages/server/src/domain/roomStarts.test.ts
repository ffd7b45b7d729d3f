import { EarshotError } from '@earshot/shared';
import { afterEach, expect, test, vi } from 'vitest';
import { createInProcessPresence } from '../presence/inProcessPresence.ts';
import type { StoredRoom } from '../store/storedRooms.ts';
import { RoomStarts } from './roomStarts.ts';

afterEach(() => void vi.useRealTimers());

const stored: StoredRoom = {
  ...{ id: 'room', name: 'Cellar', title: null, topic: null, createdBy: null, cell: null },
  ...{ createdAt: new Date(0), lastMessageAt: null },
};
const rooms = new Map<string, StoredRoom>();

function setUp() {
  rooms.clear();
  rooms.set('room', stored);
  const room = vi.fn(async (id: string) => rooms.get(id) ?? null);
  const presence = createInProcessPresence();
  const starts = new RoomStarts({
    store: { room, wasRemoved: async () => false },
    presence,
    places: { areaOf: async () => null },
    retention: {
      hasRoomRules: () => false,
      roomRules: () => ({ messageTtlMs: null, slowModeMs: null, isLocked: false, isClosed: false }),
    },
  });
  return { starts, room, presence };
}

test('a thousand starts of one tick read the room once, and get one event', async () => {
  const { starts, room } = setUp();
  const messages: never[] = [];
  const all = await Promise.all(Array.from({ length: 1_000 }, () => starts.read('room')));
  expect(room).toHaveBeenCalledTimes(1);
  expect(new Set(all.map((start) => start.event('snapshot', messages))).size).toBe(1);
  expect(all[0]?.event('snapshot', messages)).toMatchObject({ type: 'snapshot', room: { name: 'Cellar' }, messages });
});

test('starts of another type or with other messages are other events', async () => {
  const { starts } = setUp();
  const start = await starts.read('room');
  const messages: never[] = [];
  const events = [start.event('snapshot', messages), start.event('reset', messages), start.event('snapshot', [])];
  expect(new Set(events).size).toBe(3);
  expect(events.map(({ type }) => type)).toEqual(['snapshot', 'reset', 'snapshot']);
});

test('keeps a bounded number of events', async () => {
  const { starts } = setUp();
  const start = await starts.read('room');
  for (let n = 0; n < 8; n += 1) start.event('snapshot', []);
  const messages: never[] = [];
  expect(start.event('snapshot', messages)).not.toBe(start.event('snapshot', messages));
});

test('a start includes what changed before it, also in the same tick', async () => {
  const { starts, presence } = setUp();
  const early = starts.read('room');
  rooms.set('room', { ...stored, title: 'Attic' });
  await presence.enter({ roomId: 'room', watchId: '1', user: { userId: 'u', username: 'Ann' } }, 0);
  const events = (await Promise.all([early, starts.read('room')])).map((start) => start.event('snapshot', []));
  for (const event of events) expect(event).toMatchObject({ room: { title: 'Attic' }, userCount: 1 });
});

test('while starts follow each other quickly, they share a read; later ones read anew', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const { starts, room } = setUp();
  await starts.read('room'); // alone: it waits for no timer
  const crowd = [starts.read('room'), starts.read('room')];
  await new Promise(setImmediate);
  crowd.push(starts.read('room'));
  rooms.set('room', { ...stored, title: 'Attic' });
  expect(room).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(5);
  for (const start of await Promise.all(crowd)) expect(start.event('snapshot', []).room.name).toBe('Attic');
  expect(room).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(5);
  await starts.read('room');
  expect(room).toHaveBeenCalledTimes(3);
  expect(vi.getTimerCount()).toBe(1);
});

test('a start of one room does not wait for those of another', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const { starts } = setUp();
  rooms.set('other', { ...stored, id: 'other' });
  await starts.read('room');
  expect((await starts.read('other')).event('snapshot', []).room.id).toBe('other');
});

test('a later start reads anew, also after a failure', async () => {
  const { starts } = setUp();
  rooms.delete('room');
  const failures = await Promise.allSettled([starts.read('room'), starts.read('room')]);
  for (const failure of failures) expect(failure).toMatchObject({ reason: new EarshotError('ROOM_NOT_FOUND') });
  rooms.set('room', stored);
  expect((await starts.read('room')).event('snapshot', []).room.name).toBe('Cellar');
});
