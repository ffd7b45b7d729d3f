// @vitest-environment jsdom
import type { NearbyRoom, RoomTarget } from '@earshot/client';
import { EarshotClientError } from '@earshot/client';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DeviceLocation } from './deviceLocation.ts';
import { SuggestionNotice } from './SuggestionNotice.tsx';
import { testNearbyRoom } from './testNearbyRoom.ts';

/** The server's answers, set by each test. */
const server = vi.hoisted(() => ({
  rooms: [] as NearbyRoom[],
  queries: [] as unknown[],
  /** The status of the room that is being joined. */
  status: 'joining' as 'joining' | 'live' | 'stopped',
  error: null as EarshotClientError | null,
  target: null as RoomTarget | null,
}));

vi.mock('@earshot/client/react', () => ({
  useNearbyRooms: (query: unknown) => {
    server.queries.push(query);
    return { rooms: server.rooms, status: query === null ? 'idle' : 'ready', error: null, refresh: () => {} };
  },
  useRoom: (target: RoomTarget | null) => {
    server.target = target;
    if (target === null) return { status: 'idle', room: null, error: null, rejoin: () => {} };
    const room = server.status === 'joining' ? null : { id: 'roomId' in target ? target.roomId : 'made' };
    return { status: server.status, room, error: server.error, rejoin: () => {} };
  },
}));

const start = { latitude: 52.52, longitude: 13.405 };
const fix = (metresNorth: number, accuracy = 10): DeviceLocation => ({
  status: 'granted',
  location: { ...start, latitude: start.latitude + metresNorth / 111_195 },
  accuracy,
  at: new Date(0),
});
const room = (id: string, distance: number) => testNearbyRoom(id, { distance });

let opened: { roomId: string }[];
const notice = (deviceLocation: DeviceLocation, currentRoomId: string | null = 'old') => (
  <SuggestionNotice
    deviceLocation={deviceLocation}
    currentRoomId={currentRoomId}
    onHandOver={(target) => opened.push(target)}
  />
);

/** Starts in the old room, then moves the given metres to where `rooms` are. */
function walk(rooms: NearbyRoom[], metres = 6_000) {
  server.rooms = [room('old', 250)];
  const page = render(notice(fix(0)));
  server.rooms = rooms;
  page.rerender(notice(fix(metres)));
  return page;
}

beforeEach(() => {
  opened = [];
  Object.assign(server, { rooms: [], queries: [], status: 'joining', error: null, target: null });
});
afterEach(cleanup);

test('without a shared location or an open room, nothing is shown or requested', () => {
  const page = render(notice({ status: 'idle' }));
  page.rerender(notice(fix(0), null));
  expect(server.queries.every((query) => query === null)).toBe(true);
  expect(screen.queryByRole('button')).toBeNull();
});

test('one click: the new room is joined first, and opened when it is live', () => {
  const page = walk([room('Harbour', 250), room('old', 10_000)]);
  expect(screen.getByRole('status').textContent).toContain('“\u2068Harbour\u2069” is closer now, within 250 m.');
  expect(server.target).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Switch' }));
  expect(server.target).toEqual({ roomId: 'Harbour' });
  expect(opened).toEqual([]);
  server.status = 'live';
  page.rerender(notice(fix(6_000)));
  expect(opened).toEqual([{ roomId: 'Harbour' }]);
  page.rerender(notice(fix(6_000), 'Harbour'));
  expect(server.target).toBeNull();
  expect(screen.queryByRole('button')).toBeNull();
});

test('if there is no room, a new one is opened here', () => {
  const page = walk([], 20_000);
  fireEvent.click(screen.getByRole('button', { name: 'Open a room here' }));
  expect(server.target).toEqual({ location: expect.objectContaining({ longitude: 13.405 }) });
  server.status = 'live';
  page.rerender(notice(fix(20_000)));
  expect(opened).toEqual([{ roomId: 'made' }]);
});

test('a declined room is not suggested again', () => {
  const page = walk([room('Harbour', 250), room('old', 10_000)]);
  fireEvent.click(screen.getByRole('button', { name: 'Stay here' }));
  expect(screen.queryByRole('button')).toBeNull();
  page.rerender(notice(fix(6_500)));
  expect(screen.queryByRole('button')).toBeNull();
  server.rooms = [room('Station', 100)];
  page.rerender(notice(fix(9_000)));
  expect(screen.getByRole('status').textContent).toContain('Station');
});

test('a failed join is reported, and the old room stays open', () => {
  const page = walk([room('Harbour', 250), room('old', 10_000)]);
  fireEvent.click(screen.getByRole('button', { name: 'Switch' }));
  server.status = 'stopped';
  server.error = new EarshotClientError('ROOM_FULL');
  page.rerender(notice(fix(6_000)));
  expect(screen.getByRole('alert').textContent).toContain('full');
  expect(opened).toEqual([]);
  fireEvent.click(screen.getByRole('button', { name: 'Back' }));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.getByRole('button', { name: 'Switch' })).not.toBeNull();
});

test('an inaccurate fix is not treated as a move', () => {
  server.rooms = [room('old', 250)];
  const page = render(notice(fix(0)));
  server.rooms = [room('Harbour', 250)];
  page.rerender(notice(fix(6_000, 4_000)));
  expect(screen.queryByRole('button')).toBeNull();
});
