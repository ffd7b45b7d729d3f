import { describe, expect, test } from 'vitest';
import { openLegacy } from '../resources/legacyClient.ts';
import { north, somewhere } from '../resources/places.ts';
import { deployments } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { stockClient } from '../resources/stockClient.ts';

const tooFar = { data: { errorCode: 'ROOM_TOO_FAR', retryAfterMs: expect.any(Number) } };

describe.each(deployments)('MAX_SPEED_KMH, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: { MAX_SPEED_KMH: '300' } }));

  test('after a jump of 200 km a user may join and read there, but not write', async () => {
    const here = somewhere();
    const there = north(here, 200_000);
    using bob = stockClient(earshot.b.url, { username: 'Bob', userId: `bob ${here.latitude}` });
    const far = await bob.api.rooms.join.mutate({ location: there });
    const farMessage = await bob.api.messages.send.mutate({ roomId: far.room.id, content: 'hello' });

    using ada = stockClient(earshot.a.url, { username: 'Ada', userId: `ada ${here.latitude}` });
    const near = await ada.api.rooms.join.mutate({ location: here });
    await ada.api.messages.send.mutate({ roomId: near.room.id, content: 'here' });
    using elsewhere = stockClient(earshot.b.url, { username: 'Ada', userId: `ada ${here.latitude}` });
    const { room } = await elsewhere.api.rooms.join.mutate({ location: there });
    expect(room.id).toBe(far.room.id);
    const { id: messageId } = farMessage;
    const writes = [
      elsewhere.api.messages.send.mutate({ roomId: room.id, content: 'there' }),
      elsewhere.api.messages.react.mutate({ roomId: room.id, messageId, emoji: '👍', on: true }),
      elsewhere.api.presence.typing.mutate({ roomId: room.id, isTyping: true }),
    ];
    await Promise.all(writes.map((write) => expect(write).rejects.toMatchObject(tooFar)));
    const { messages } = await elsewhere.api.messages.history.query({ roomId: room.id });
    expect(messages.map(({ content }) => content)).toEqual(['hello']);
    await ada.api.messages.send.mutate({ roomId: near.room.id, content: 'still here' });
  });

  test('a location that is updated too fast does not count', async () => {
    const here = somewhere();
    using ada = stockClient(earshot.a.url, { username: 'Ada', userId: `ada ${here.latitude}` });
    await ada.api.users.updateLocation.mutate({ location: here });
    await ada.api.users.updateLocation.mutate({ location: north(here, 200_000) });
    const { room } = await ada.api.rooms.join.mutate({ location: north(here, 200_000) });
    await expect(ada.api.messages.send.mutate({ roomId: room.id, content: 'no' })).rejects.toMatchObject(tooFar);
    const near = await ada.api.rooms.join.mutate({ location: here });
    await ada.api.messages.send.mutate({ roomId: near.room.id, content: 'yes' });
  });

  test('a user cannot give a title to a room that was made too far away', async () => {
    const here = somewhere();
    using ada = stockClient(earshot.a.url, { username: 'Ada', userId: `ada ${here.latitude}` });
    await ada.api.users.updateLocation.mutate({ location: here });
    const far = await ada.api.rooms.join.mutate({ location: north(here, 200_000) });
    expect(far.room.ownerId).toBe(`ada ${here.latitude}`);
    const describe = ada.api.rooms.describe.mutate({ roomId: far.room.id, title: 'there' });
    await expect(describe).rejects.toMatchObject(tooFar);
    const near = await ada.api.rooms.join.mutate({ location: here });
    await ada.api.rooms.describe.mutate({ roomId: near.room.id, title: 'here' });
  });

  test('legacy clients get an Error frame, and stay connected', async () => {
    const here = somewhere();
    using client = await openLegacy(earshot.a.url, 'NaN_NaN');
    const join = async (place: { latitude: number; longitude: number }) => {
      const known = client.of('RoomJoined').length;
      client.send({
        type: 'JoinLocalChat',
        data: { user_id: `cat ${here.latitude}`, username: 'Cat', token: 'any', ...place },
      });
      await client.until('RoomJoined', () => client.of('RoomJoined').length > known);
    };
    await join(here);
    await join(north(here, 200_000));
    client.send({ type: 'Message', content: 'there' });
    await client.until('Error', ({ code }) => code === 'ROOM_TOO_FAR');
    await join(here);
    client.send({ type: 'Message', content: 'here' });
    await client.until('NewMessage');
    expect(client.of('NewMessage')).toHaveLength(1);
  });
});
