import type { ErrorCode, Location } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { summarize, watchPlace } from '../../resources/neighbourhood.ts';
import { north, somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { type Api, stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const refused = (errorCode: ErrorCode) => ({ data: { errorCode } });

/** Creates rooms at these locations, and says the text in each. Returns their ids. */
async function createRooms(api: Api, rooms: readonly (readonly [location: Location, text: string])[]) {
  const ids: string[] = [];
  for (const [location, content] of rooms) {
    const { room } = await api.rooms.join.mutate({ location, searchRadius: 0 });
    if (content !== '') await api.messages.send.mutate({ roomId: room.id, content });
    ids.push(room.id);
  }
  return ids;
}

const namesOf = (ids: readonly string[]) => (roomId: string) => 'ABCDE'[ids.indexOf(roomId)] ?? '?';

describe.each(deployments)('places.watch, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'begins with the newest messages of every room around, then continues with the messages of each ($transport)',
      async ({ connect }) => {
        using ada = stockClient(earshot.a.url, { username: 'Ada' });
        const here = somewhere();
        const ids = await createRooms(ada.api, [
          [here, 'one'],
          [north(here, 3_000), 'two'],
          [north(here, 20_000), 'too far'],
        ]);
        const [near = '', far = ''] = ids;
        using walker = connect(earshot.b.url, { username: 'Walker' });
        using watch = watchPlace(walker.api, { location: here });
        await watch.first('ready');
        const said = () => watch.all.map((item) => summarize(namesOf(ids), item));
        expect(said().toSorted()).toEqual(['entered A: one', 'entered B: two', 'ready']);
        expect(said().at(-1)).toBe('ready');

        const sent = await ada.api.messages.send.mutate({ roomId: far, content: 'three' });
        await ada.api.messages.edit.mutate({ roomId: far, messageId: sent.id, content: 'four' });
        await ada.api.presence.typing.mutate({ roomId: far, isTyping: true });
        await ada.api.messages.react.mutate({ roomId: far, messageId: sent.id, emoji: '\u{1f44d}', on: true });
        await ada.api.messages.delete.mutate({ roomId: far, messageId: sent.id });
        await watch.untilAll((all) => all.length === 7);
        await ada.api.messages.send.mutate({ roomId: near, content: 'five' });
        await watch.untilAll((all) => all.length === 8);
        expect(said().slice(3)).toEqual(['B +three', 'B ~four', 'B reaction', 'B ~', 'A +five']);
        expect(await ada.api.presence.list.query({ roomId: near })).toEqual([]);
      },
    );

    test('the room in which something was said last comes last', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      const here = somewhere();
      const ids = await createRooms(ada.api, [
        [here, ''],
        [north(here, 1_000), 'early'],
        [north(here, 2_000), 'late'],
      ]);
      const quiet = async () => {
        // MongoDB notes the last time of a room after its messages.
        using watch = watchPlace(ada.api, { location: here });
        await watch.first('ready');
        return watch.all.map((item) => summarize(namesOf(ids), item));
      };
      await expect
        .poll(quiet, { timeout: 10_000 })
        .toEqual(['entered A: ', 'entered B: early', 'entered C: late', 'ready']);
    });

    test.each(transports)(
      'continues in every room from the id of the last event, without a gap or a repeat ($transport)',
      async ({ connect }) => {
        using ada = stockClient(earshot.a.url, { username: 'Ada' });
        const here = somewhere();
        const ids = await createRooms(ada.api, [
          [here, 'one'],
          [north(here, 1_000), 'two'],
          [north(here, 2_000), ''],
        ]);
        const [first = '', second = '', third = ''] = ids;
        using walker = connect(earshot.b.url, { username: 'Walker' });
        using before = watchPlace(walker.api, { location: here });
        await before.first('ready');
        await ada.api.messages.send.mutate({ roomId: first, content: 'seen' });
        const { id: lastEventId } = await before.first('event');
        before.stop();
        await ada.api.messages.send.mutate({ roomId: first, content: 'missed' });
        await ada.api.messages.send.mutate({ roomId: third, content: 'first' });
        using resumed = connect(earshot.a.url, { username: 'Walker' });
        using after = watchPlace(resumed.api, { location: here, lastEventId });
        await after.untilAll((all) => all.length === 3);
        await ada.api.messages.send.mutate({ roomId: second, content: 'live' });
        await after.untilAll((all) => all.length === 4);
        const said = after.all.map((item) => summarize(namesOf(ids), item));
        expect([said[0], said[3], said.slice(1, 3).toSorted()]).toEqual([
          'ready',
          'B +live',
          ['A +missed', 'C +first'],
        ]);
      },
    );

    test.each(transports)(
      'continues at another place: leaves rooms, goes on in shared ones, enters new ones ($transport)',
      async ({ connect }) => {
        using ada = stockClient(earshot.a.url, { username: 'Ada' });
        const here = somewhere();
        const ids = await createRooms(ada.api, [
          [here, 'one'],
          [north(here, 4_000), 'two'],
          [north(here, 8_000), 'three'],
        ]);
        const [, shared = ''] = ids;
        using walker = connect(earshot.b.url, { username: 'Walker' });
        using before = watchPlace(walker.api, { location: here });
        const { id: lastEventId } = await before.first('ready');
        before.stop();
        await ada.api.messages.send.mutate({ roomId: shared, content: 'missed' });
        using after = watchPlace(walker.api, { location: north(here, 8_000), lastEventId });
        await after.first('event');
        expect(after.all.map((item) => summarize(namesOf(ids), item))).toEqual([
          'left A',
          'entered C: three',
          'ready',
          'B +missed',
        ]);
      },
    );

    test.each(transports)(
      'a new title is a change among the others: live, over a resume, and in a room that is entered ($transport)',
      async ({ connect }) => {
        using ada = stockClient(earshot.a.url, { username: 'Ada' });
        const here = somewhere();
        const ids = await createRooms(ada.api, [[here, 'one']]);
        const [roomId = ''] = ids;
        const say = (content: string) => ada.api.messages.send.mutate({ roomId, content });
        const describeRoom = (change: { title?: string | null; topic?: string | null }) =>
          ada.api.rooms.describe.mutate({ roomId, ...change });
        using walker = connect(earshot.b.url, { username: 'Walker' });
        using before = watchPlace(walker.api, { location: here });
        await before.first('ready');
        await describeRoom({ title: 'Club' });
        const { id: lastEventId, event } = await before.first('room.described');
        expect(event).toEqual({
          ...{ type: 'room.described', roomId, updatedSeq: 2 },
          ...{ name: 'Club', title: 'Club', topic: null },
        });
        await say('two');
        await before.first('event');
        const summaries = ({ all }: typeof before) => all.map((item) => summarize(namesOf(ids), item));
        expect(summaries(before).slice(2)).toEqual(['A is Club: null', 'A +two']);
        before.stop();

        await describeRoom({ topic: 'Chess' });
        await say('three');
        using resumed = connect(earshot.a.url, { username: 'Walker' });
        using after = watchPlace(resumed.api, { location: here, lastEventId });
        await after.untilAll((all) => all.length === 4);
        expect(summaries(after)).toEqual(['ready', 'A +two', 'A is Club: Chess', 'A +three']);
        using latest = watchPlace(resumed.api, { location: here, lastEventId: after.all.at(-1)?.id });
        await latest.first('ready');
        await say('four');
        await latest.first('event');
        expect(summaries(latest)).toEqual(['ready', 'A +four']);

        // The searches of the watches above are cached for a second: the title is newer.
        await describeRoom({ title: 'Chess club' });
        using fresh = watchPlace(resumed.api, { location: here });
        expect((await fresh.first('room.entered')).event).toMatchObject({
          room: { name: 'Chess club', topic: 'Chess' },
        });
      },
    );

    test('enters a room that is created nearby, on any instance', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      const here = somewhere();
      using walker = stockClient(earshot.b.url, { username: 'Walker' });
      using watch = watchPlace(walker.api, { location: here });
      expect(await watch.first('ready')).toEqual({ id: '0', event: { type: 'ready' } });
      const ids = await createRooms(ada.api, [[here, 'new']]);
      const entered = await watch.first('room.entered');
      expect(summarize(namesOf(ids), entered)).toMatch(/^entered A: /);
      expect(JSON.stringify(watch.all)).not.toContain('reset":true');
    });

    test('enters a room anew, with a reset, if the position is not of its history', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      const here = somewhere();
      const ids = await createRooms(ada.api, [[here, 'one']]);
      using walker = stockClient(earshot.b.url, { username: 'Walker' });
      using before = watchPlace(walker.api, { location: here });
      const { id } = await before.first('ready');
      before.stop();
      using after = watchPlace(walker.api, { location: here, lastEventId: id.replace(/1-\w+$/, '1-lx3k9a2f') });
      expect(summarize(namesOf(ids), await after.first('room.entered'))).toBe('reset A: one');
    });
  });

  describe('access', () => {
    testAccess(earshot, 'places.watch', {
      input: { location: { latitude: 1, longitude: 2 } },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'allowed',
        'a member': 'allowed',
      },
    });
  });
});

describe('places.watch refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);
  const location = { latitude: 1, longitude: 2 };

  testRefusals(earshot, 'places.watch', [
    [{ location: { latitude: 91, longitude: 2 } }, 'INVALID_INPUT', 'latitude'],
    [{ location, radius: 50_001 }, 'INVALID_INPUT', 'radius'],
    [{ location, lastEventId: '1-lx3k9a2f' }, 'INVALID_INPUT', 'lastEventId'],
    [{ location, lastEventId: 'x'.repeat(5_000) }, 'INVALID_INPUT', 'lastEventId'],
  ]);

  testCallRate('places.watch', { location });
  testStoreUnavailable('places.watch', { location });

  test('the watches of one socket are limited, of rooms and neighbourhoods together', async () => {
    await using earshot = await startEmbedded({ env: { WATCHES_PER_SOCKET: '2' } });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    using watch = ada.watch(room.id);
    await watch.until(() => true);
    using neighbourhood = watchPlace(ada.api, { location });
    await neighbourhood.first('ready');
    expect(await ada.watch(room.id).untilEnd()).toMatchObject(refused('TOO_MANY_WATCHES'));
    expect(await watchPlace(ada.api, { location }).untilEnd()).toMatchObject(refused('TOO_MANY_WATCHES'));
    neighbourhood.stop();
    await expect
      .poll(async () => {
        using again = watchPlace(ada.api, { location });
        return await Promise.race([again.first('ready').then(() => 'ready'), again.untilEnd()]);
      })
      .toBe('ready');
  });

  test('one socket can watch four neighbourhoods', async () => {
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const watches = Array.from({ length: 5 }, () => watchPlace(ada.api, { location }));
    await Promise.all(watches.slice(0, 4).map((watch) => watch.first('ready')));
    expect(await watches[4]?.untilEnd()).toMatchObject(refused('TOO_MANY_WATCHES'));
  });
});
