import type { HistoryPage, Message } from '@earshot/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { testMessage, testRoom } from '../../../shared/src/testMessages.ts';
import { reduceTimeline } from './reduceTimeline.ts';
import { emptyTimeline, type RoomTimeline, type TimelineAction } from './roomTimeline.ts';

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const seqs = ({ messages }: RoomTimeline) => messages.map(({ seq }) => seq);
const play = (state: RoomTimeline, ...actions: TimelineAction[]) => actions.reduce(reduceTimeline, state);
const trim = (keep: number): TimelineAction => ({ type: 'trimmed', keep });
const event = (type: 'message.created' | 'message.updated', changed: Message): TimelineAction => ({
  type: 'received',
  event: { type, message: changed },
  id: `${changed.updatedSeq}-5`,
});
const shows = (from: number, to: number) => {
  const messages = numbers(from, to).map((seq) => testMessage(seq));
  const snapshot = { type: 'snapshot', room: testRoom, messages, userCount: 1 } as const;
  return play(emptyTimeline, { type: 'received', event: snapshot, id: `${to}-5` });
};

describe('trimming', () => {
  test('removes the oldest messages, which can be loaded again', () => {
    const state = play(shows(1, 10), trim(4));
    expect(seqs(state)).toEqual([7, 8, 9, 10]);
    expect(state.hasOlder).toBe(true);
    expect(state.position).toBe(10);
    const page: HistoryPage = { messages: numbers(1, 6).map((seq) => testMessage(seq)), hasMore: false };
    const loaded = play(state, { type: 'olderLoaded', epoch: 0, before: 7, page });
    expect(loaded).toEqual(shows(1, 10));
  });

  test('that removes nothing changes nothing', () => {
    const state = shows(5, 10);
    for (const keep of [6, 7, Number.POSITIVE_INFINITY]) expect(reduceTimeline(state, trim(keep))).toBe(state);
    expect(reduceTimeline(emptyTimeline, trim(0))).toBe(emptyTimeline);
  });

  test('of all messages still accepts new ones', () => {
    const state = play(shows(1, 3), trim(0), event('message.created', testMessage(5)));
    expect(seqs(state)).toEqual([5]);
    expect(state.hasOlder).toBe(true);
  });

  test('keeps the identity of the messages and all other state', () => {
    const before = shows(1, 3);
    const after = play(before, trim(2));
    expect(after.messages[0]).toBe(before.messages[1]);
    expect(after.pending).toBe(before.pending);
    expect(after.typing).toBe(before.typing);
  });
});

describe('trimming the newest', () => {
  const trimNewest = (keep: number): TimelineAction => ({ type: 'newestTrimmed', keep });
  const page = (from: number, to: number, hasMore = false) => ({
    messages: numbers(from, to).map((seq) => testMessage(seq)),
    hasMore,
  });

  test('ignores new messages until they are loaded in pages', () => {
    const trimmed = play(shows(1, 10), trimNewest(4), event('message.created', testMessage(11)));
    expect([seqs(trimmed), trimmed.hasNewer, trimmed.position]).toEqual([numbers(1, 4), true, 11]);
    const more = play(trimmed, { type: 'newerLoaded', epoch: 0, after: 4, asOf: 11, page: page(5, 8, true) });
    expect([seqs(more), more.hasNewer]).toEqual([numbers(1, 8), true]);
    const all = play(
      more,
      event('message.created', testMessage(12)),
      { type: 'newerLoaded', epoch: 0, after: 8, asOf: 11, page: page(9, 11) },
      event('message.created', testMessage(13)),
    );
    expect([seqs(all), all.hasNewer]).toEqual([numbers(1, 13), false]);
  });

  test('with more new messages than a page ends only with another page', () => {
    const created = numbers(11, 600).map((seq) => event('message.created', testMessage(seq)));
    const late = play(shows(1, 10), trimNewest(4), ...created, {
      type: 'newerLoaded',
      epoch: 0,
      after: 4,
      asOf: 10,
      page: page(5, 10),
    });
    expect([seqs(late), late.hasNewer]).toEqual([numbers(1, 10), true]);
    expect(reduceTimeline(late, { type: 'newestLoaded', log: late.log, asOf: 10, page: page(5, 10, true) })).toBe(late);
    const newest = play(late, { type: 'newestLoaded', log: late.log, asOf: 600, page: page(551, 600, true) });
    expect([seqs(newest), newest.hasNewer, newest.hasOlder]).toEqual([numbers(551, 600), false, true]);
  });

  test.each([
    { end: 'start', trimAction: trim(2) },
    { end: 'end', trimAction: trimNewest(2) },
  ])('a newest page that may be older than messages trimmed at the $end meanwhile does not count', ({ trimAction }) => {
    const requested = play(shows(1, 10), trimNewest(8));
    const edited = event('message.updated', testMessage(5, { updatedSeq: 11, content: 'edited' }));
    const trimmed = play(requested, edited, trimAction);
    expect(reduceTimeline(trimmed, { type: 'newestLoaded', log: requested.log, asOf: 10, page: page(1, 10) })).toBe(
      trimmed,
    );
  });

  test('keeps a limited number of new messages', () => {
    const created = numbers(11, 2_000).map((seq) => event('message.created', testMessage(seq)));
    const { log } = play(shows(1, 10), trimNewest(4), ...created);
    expect([log.shown.length, log.outside.length]).toEqual([4, 500]);
  });

  test('ends with a reset', () => {
    const reset = { type: 'reset', room: testRoom, messages: page(50, 60).messages, userCount: 1 } as const;
    const after = play(shows(1, 10), trimNewest(4), { type: 'received', event: reset, id: '60-6' });
    expect([seqs(after), after.hasNewer]).toEqual([numbers(50, 60), false]);
  });
});

/** A server's room and a client: events arrive in order but late, and pages are read on request. */
class Simulation {
  timeline = shows(1, 0);
  readonly room: Message[] = [];
  #seq = 0;
  readonly #undelivered: TimelineAction[] = [];
  #pendingPage: TimelineAction | null = null;

  write(): void {
    this.#seq += 1;
    const written = testMessage(this.#seq);
    this.room.push(written);
    this.#undelivered.push(event('message.created', written));
  }

  edit(which: number): void {
    const at = which % Math.max(1, this.room.length);
    const known = this.room[at];
    if (known === undefined) return;
    this.#seq += 1;
    const edited = { ...known, updatedSeq: this.#seq, content: `edit ${this.#seq}` };
    this.room[at] = edited;
    this.#undelivered.push(event('message.updated', edited));
  }

  receive(): boolean {
    const next = this.#undelivered.shift();
    if (next) this.#dispatch(next);
    return next !== undefined;
  }

  requestOlder(limit: number): void {
    const { from } = this.timeline.log;
    if (this.#pendingPage !== null || from === null || !this.timeline.hasOlder) return;
    const older = this.room.filter(({ seq }) => seq < from);
    const page = { messages: older.slice(-limit), hasMore: older.length > limit };
    this.#pendingPage = { type: 'olderLoaded', epoch: 0, before: from, page };
  }

  answer(): void {
    if (this.#pendingPage !== null) this.#dispatch(this.#pendingPage);
    this.#pendingPage = null;
  }

  requestNewer(limit: number): void {
    const { to } = this.timeline.log;
    if (this.#pendingPage !== null || to === null) return;
    const newer = this.room.filter(({ seq }) => seq > to);
    const page = { messages: newer.slice(0, limit), hasMore: newer.length > limit };
    this.#pendingPage = { type: 'newerLoaded', epoch: 0, after: to, asOf: this.timeline.position ?? 0, page };
  }

  requestNewest(limit: number): void {
    if (this.#pendingPage !== null) return;
    const page = { messages: this.room.slice(-limit), hasMore: this.room.length > limit };
    const { log, position } = this.timeline;
    this.#pendingPage = { type: 'newestLoaded', log, asOf: position ?? 0, page };
  }

  trim(keep: number): void {
    this.#dispatch(trim(keep));
  }

  trimNewest(keep: number): void {
    this.#dispatch({ type: 'newestTrimmed', keep });
  }

  loadAll(): void {
    while (this.receive());
    this.answer();
    while (this.timeline.hasNewer) {
      this.requestNewer(3);
      this.answer();
    }
    while (this.timeline.hasOlder) {
      this.requestOlder(3);
      this.answer();
    }
  }

  #dispatch(action: TimelineAction): void {
    this.timeline = reduceTimeline(this.timeline, action);
    const shown = seqs(this.timeline);
    const first = shown[0] ?? Number.POSITIVE_INFINITY;
    const last = shown.at(-1) ?? 0;
    const whole = this.room.map(({ seq }) => seq).filter((seq) => seq >= first && seq <= last);
    expect(shown).toEqual(whole);
  }
}

const step: fc.Arbitrary<(simulation: Simulation) => void> = fc.oneof(
  { weight: 3, arbitrary: fc.constant((simulation: Simulation) => simulation.write()) },
  { weight: 2, arbitrary: fc.nat(40).map((which) => (simulation: Simulation) => simulation.edit(which)) },
  { weight: 4, arbitrary: fc.constant((simulation: Simulation) => void simulation.receive()) },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 5 })
      .map((limit) => (simulation: Simulation) => simulation.requestOlder(limit)),
  },
  { weight: 4, arbitrary: fc.constant((simulation: Simulation) => simulation.answer()) },
  { weight: 1, arbitrary: fc.nat(8).map((keep) => (simulation: Simulation) => simulation.trim(keep)) },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 5 })
      .map((limit) => (simulation: Simulation) => simulation.requestNewer(limit)),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 5 })
      .map((limit) => (simulation: Simulation) => simulation.requestNewest(limit)),
  },
  { weight: 1, arbitrary: fc.nat(8).map((keep) => (simulation: Simulation) => simulation.trimNewest(keep)) },
);

test('trims, changes and pages in any order never leave a gap, and end in the state of the server', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }), (steps) => {
      const simulation = new Simulation();
      for (const take of steps) take(simulation);
      simulation.loadAll();
      expect(simulation.timeline.messages).toEqual(simulation.room);
    }),
    { numRuns: fc.readConfigureGlobal().numRuns ?? 300 },
  );
});
