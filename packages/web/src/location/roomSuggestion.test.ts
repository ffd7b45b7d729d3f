import type { NearbyRoom } from '@earshot/client';
import { describe, expect, test } from 'vitest';
import { decline, type SuggestionState, type Surroundings, updateSuggestion } from './roomSuggestion.ts';
import { testNearbyRoom } from './testNearbyRoom.ts';

const start = { latitude: 52.52, longitude: 13.405 };
const north = (metres: number) => ({ ...start, latitude: start.latitude + metres / 111_195 });

const room = (id: string, distance: number) => testNearbyRoom(id, { distance });

const surroundings = (metres: number, rooms: NearbyRoom[], more: Partial<Surroundings> = {}): Surroundings => ({
  roomId: 'open',
  location: north(metres),
  rooms,
  isTruncated: false,
  ...more,
});

/** The state after each of these updates. */
const after = (...updates: Surroundings[]) =>
  updates.reduce<SuggestionState | null>((state, next) => updateSuggestion(state, next), null);
const moveAfter = (...updates: Surroundings[]) => after(...updates)?.suggestion ?? null;

const entered = surroundings(0, [room('open', 250)]);

describe('suggests', () => {
  test('a room that is much nearer', () => {
    const near = room('near', 250);
    expect(moveAfter(entered, surroundings(1_500, [near, room('open', 2_000)]))).toEqual({ kind: 'room', room: near });
  });

  test('any room within earshot when the open one is out of it', () => {
    const near = room('near', 5_000);
    expect(moveAfter(entered, surroundings(8_000, [near, room('open', 10_000)]))).toEqual({ kind: 'room', room: near });
    expect(moveAfter(entered, surroundings(20_000, [near]))).toEqual({ kind: 'room', room: near });
  });

  test('a new room where there is none', () => {
    expect(moveAfter(entered, surroundings(20_000, []))).toEqual({ kind: 'new' });
    expect(moveAfter(entered, surroundings(8_000, [room('open', 10_000), room('far', 10_000)]))).toEqual({
      kind: 'new',
    });
  });
});

describe('suggests nothing', () => {
  test('without a move, because a far room was opened on purpose', () => {
    const far = [room('near', 100), room('open', 10_000)];
    expect(moveAfter(surroundings(0, far), surroundings(100, far))).toBeNull();
  });

  test('while the open room is near', () =>
    expect(moveAfter(entered, surroundings(900, [room('near', 100), room('open', 1_000)]))).toBeNull());

  test('for a room that is only a little nearer', () =>
    expect(moveAfter(entered, surroundings(1_500, [room('near', 1_000), room('open', 2_000)]))).toBeNull());

  test('when the open room may be cut from the list', () =>
    expect(
      moveAfter(entered, surroundings(1_500, [room('near', 500), room('x', 1_000)], { isTruncated: true })),
    ).toBeNull());

  test('just after another room was opened', () => {
    const there = [room('near', 250), room('open', 10_000)];
    expect(moveAfter(entered, surroundings(8_000, there))).not.toBeNull();
    expect(moveAfter(entered, surroundings(8_000, there), surroundings(8_000, there, { roomId: 'near' }))).toBeNull();
  });
});

describe('does not flicker', () => {
  const near = (distance: number) => room('near', distance);

  test('at the border of a band: a suggestion stays while it is nearer at all', () => {
    const shown = [entered, surroundings(1_500, [near(500), room('open', 2_000)])];
    expect(moveAfter(...shown, surroundings(1_400, [near(1_000), room('open', 2_000)]))).toMatchObject({
      kind: 'room',
    });
    expect(moveAfter(...shown, surroundings(1_000, [near(1_000), room('open', 1_000)]))).toBeNull();
  });

  test('at the end of earshot', () => {
    const gone = [entered, surroundings(6_000, [room('open', 10_000)])];
    expect(moveAfter(...gone, surroundings(5_000, [room('open', 5_000)]))).toEqual({ kind: 'new' });
    expect(moveAfter(...gone, surroundings(1_500, [room('open', 2_000)]))).toBeNull();
  });

  test('a new room gives way to one that came within earshot', () =>
    expect(
      moveAfter(entered, surroundings(6_000, [room('open', 10_000)]), surroundings(6_000, [near(2_000)])),
    ).toMatchObject({
      kind: 'room',
    }));

  test('the same surroundings change nothing', () => {
    const state = after(entered, surroundings(1_500, [near(250), room('open', 2_000)]));
    expect(updateSuggestion(state, surroundings(1_500, [near(250), room('open', 2_000)]))).toBe(state);
  });
});

describe('declined', () => {
  test('a room is not suggested again, others are', () => {
    const there = surroundings(8_000, [room('near', 250), room('open', 10_000)]);
    const state = decline(updateSuggestion(after(entered), there));
    expect(state.suggestion).toBeNull();
    expect(updateSuggestion(state, there).suggestion).toBeNull();
    expect(updateSuggestion(state, surroundings(12_000, [room('other', 250)])).suggestion).toMatchObject({
      room: { id: 'other' },
    });
  });

  test('even after another room was open meanwhile', () => {
    const there = surroundings(8_000, [room('near', 250), room('open', 10_000)]);
    const elsewhere = { ...there, roomId: 'elsewhere' };
    const state = updateSuggestion(decline(updateSuggestion(after(entered), there)), elsewhere);
    expect(updateSuggestion(state, { ...elsewhere, location: north(9_000) }).suggestion).toBeNull();
  });

  test('a new room is not suggested again from the same room', () => {
    const state = decline(updateSuggestion(after(entered), surroundings(20_000, [])));
    expect(updateSuggestion(state, surroundings(21_000, [])).suggestion).toBeNull();
  });
});
