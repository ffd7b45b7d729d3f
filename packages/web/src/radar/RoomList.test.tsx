// @vitest-environment jsdom
import type { NearbyRoom } from '@earshot/client';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import { testNearbyRoom } from '../location/testNearbyRoom.ts';
import { radar as german } from '../text/de/radar.ts';
import { radar as english } from '../text/en/radar.ts';
import { ago, describeRoom } from './describeRoom.ts';
import { RoomList } from './RoomList.tsx';
import { withTitles } from './withTitles.ts';

const now = Date.UTC(2030, 0, 1, 12);
const location = { latitude: 52.52, longitude: 13.405 };
const minutes = 60_000;

const room = (id: string, more: Partial<NearbyRoom> = {}) =>
  testNearbyRoom(id, {
    place: { latitude: 52.53, longitude: 13.421 }, // 1.5 km to the north-east
    lastMessageAt: new Date(now - 5 * minutes),
    userCount: 3,
    distance: 2_000,
    ...more,
  });

const describeIn = (text: typeof english, language: string) => (one: NearbyRoom) =>
  describeRoom(one, location, { text, language, now });

afterEach(cleanup);

function show(rooms: NearbyRoom[], currentRoomId: string | null = null): string[] {
  const entered: string[] = [];
  render(
    <RoomList
      rooms={rooms}
      order="near"
      wakes={new Map([['Awake', 1]])}
      currentRoomId={currentRoomId}
      describe={describeIn(english, 'en')}
      onEnter={(id) => entered.push(id)}
    />,
  );
  return entered;
}

describe('the list', () => {
  test('a name in another text direction does not affect the text around it', () => {
    show([room('\u05d7\u05d3\u05e8 7')]);
    expect(screen.getByText('\u05d7\u05d3\u05e8 7').tagName).toBe('BDI');
  });

  test('shows name, direction, users and last message of each room, and joins it', () => {
    const entered = show([room('Harbour'), room('Market', { userCount: 0, lastMessageAt: null })]);
    const [first, second] = within(screen.getByRole('list', { name: english.list })).getAllByRole('button');
    expect(first?.textContent).toContain('within 2 km, north-east');
    expect(first?.textContent).toContain('3 people here, last message 5 min. ago');
    expect(second?.textContent).toContain('no one here now, no messages yet');
    if (second) fireEvent.click(second);
    expect(entered).toEqual(['Market']);
  });

  test('shows the author and the beginning of the newest message, each in its own text direction', () => {
    const preview = { userId: 'bob', username: '\u05d1\u05d5\u05d1', content: 'Anybody here?' };
    show([room('Harbour', { preview }), room('Market')]);
    const [first, second] = screen.getAllByRole('button');
    expect(first?.textContent).toContain('\u05d1\u05d5\u05d1: Anybody here?');
    expect(screen.getByText('Anybody here?').tagName).toBe('BDI');
    expect(second?.textContent).not.toContain(':');
  });

  test('a room that woke pulses, unless it is open, and screen readers ignore it', () => {
    show([room('Awake'), room('Market')]);
    const waves = () => [...document.querySelectorAll('[data-wakes]')];
    expect(waves().map((wave) => wave.closest('[aria-hidden]') !== null)).toEqual([true]);
    cleanup();
    show([room('Awake')], 'Awake');
    expect(waves()).toEqual([]);
  });

  test('marks the room that is open', () => {
    show([room('Harbour'), room('Market')], 'Market');
    const open = screen.getAllByRole('button', { current: true });
    expect(open).toHaveLength(1);
    expect(open[0]?.textContent).toContain('You’re in this room');
  });
});

describe('describeRoom', () => {
  test('gives no direction for a room that is too near', () => {
    const words = describeIn(
      english,
      'en',
    )(room('x', { place: { latitude: 52.521, longitude: 13.405 }, distance: 250 }));
    expect(words.where).toBe('within 250 m');
  });

  test('is in the language of the page', () => {
    expect(describeIn(german, 'de')(room('x', { userCount: 1 }))).toMatchObject({
      where: 'höchstens 2 km entfernt, nordöstlich',
      here: '1 Person da',
      last: 'letzte Nachricht vor 5 Min.',
    });
  });
});

describe('withTitles', () => {
  const area = { name: 'Mitte, Berlin', country: 'DE' } as const;
  const rooms = [
    room('b', { area, createdAt: new Date(2) }),
    room('a', { area, createdAt: new Date(1) }),
    room('c', { area: { ...area, direction: 'se' }, name: 'Mitte, Berlin, south-east' }),
    room('d', { name: 'Local chat near me' }),
  ];

  test.each([
    [english, ['Mitte, Berlin (2)', 'Mitte, Berlin', 'Mitte, Berlin, south-east', 'Local chat near me']],
    [german, ['Mitte, Berlin (2)', 'Mitte, Berlin', 'Mitte, Berlin, Südosten', 'Local chat near me']],
  ])('makes titles of areas, no two of them equal, and keeps other names', (text, titles) =>
    expect(withTitles(rooms, text).map(({ name }) => name)).toEqual(titles),
  );
});

test.each([
  [-10, 'just now'],
  [0.5, 'just now'],
  [1, '1 min. ago'],
  [59.9, '59 min. ago'],
  [60, '1 hr. ago'],
  [24 * 60, 'yesterday'],
  [72 * 60, '3 days ago'],
])('%d minutes ago: %s', (age, words) =>
  expect(ago(new Date(now - age * minutes), now, { text: english, language: 'en' })).toBe(words),
);
