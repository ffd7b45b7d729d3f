import { describe, expect, test } from 'vitest';
import { joinLegacy, openLegacy, someLocationId } from '../../resources/legacyClient.ts';
import { north, somewhere } from '../../resources/places.ts';
import { deployments } from '../../resources/server.ts';

describe.each(deployments)('$name: a user who has created the maximum number of rooms', ({ start }) => {
  test('creates no more, and can join existing rooms', async () => {
    await using earshot = await start({ env: { SEND_RATE: '1000', SEND_BURST: '1000' } });
    const { url } = earshot.a;
    const join = async (name: string) => {
      const body = JSON.stringify({ user_id: 'ada', username: 'Ada', location_id: name });
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${url}/join`, { method: 'POST', headers, body })).status;
    };
    const theirs = someLocationId();
    const here = somewhere();
    using _bob = await joinLegacy(url, theirs, 'Bob');
    using carol = await openLegacy(url, 'NaN_NaN');
    carol.send({ type: 'JoinLocalChat', user_id: 'carol', username: 'Carol', ...here });
    const { room_id } = await carol.until('RoomJoined');

    const statuses = [];
    for (let i = 0; i < 21; i += 1) statuses.push(await join(someLocationId()));
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 200), 429]);

    expect(await join(theirs)).toBe(200);
    using ada = await joinLegacy(url, theirs, 'Ada');
    const joinAt = (metres: number) =>
      ada.send({ type: 'JoinLocalChat', user_id: 'ada', username: 'Ada', ...north(here, metres) });
    joinAt(20_000);
    expect(await ada.until('Error')).toMatchObject({ code: 'RATE_LIMITED' });
    joinAt(500);
    await ada.until('RoomJoined', (frame) => frame.room_id === room_id && frame.is_new_room === false);
  });
});
