// @vitest-environment jsdom
import type { RoomEvent } from '@earshot/client';
import { describe, expect, test } from 'vitest';
import { collect } from '../../resources/collect.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { connect, contents, isLive, mountRoom, shows } from './mountRoom.ts';

describe('the target', () => {
  test('is compared by value, and the functions keep their identity with it', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    await using bob = connect({ url: earshot.a.url, username: 'Bob' });
    const location = somewhere();
    const events = collect<RoomEvent>();
    await bob.watchRoom({ location }, { onEvent: events.push });
    using room = mountRoom(ada, { location });
    const { send, retry, drop, edit, remove, react, loadOlder, trim, setTyping, leave, rejoin } = room.view;
    await room.until(isLive);
    for (let i = 0; i < 10; i += 1) room.show({ location: { ...location } });
    await room.view.send('still here');
    await events.until((event) => event.type === 'message.created');
    expect(events.all.map(({ type }) => type).filter((type) => type.startsWith('user.'))).toEqual(['user.joined']);
    expect(room.views.all.filter(({ status }) => status === 'joining')).toHaveLength(1);
    const functions = { send, retry, drop, edit, remove, react, loadOlder, trim, setTyping, leave, rejoin };
    expect(Object.entries(functions).filter(([name, one]) => Reflect.get(room.view, name) !== one)).toEqual([]);
  });

  test('when it changes, messages of one room are never shown in the other, and the old room is not left', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    await using bob = connect({ url: earshot.a.url, username: 'Bob' });
    const [here, there] = [somewhere(), somewhere()];
    const events = collect<RoomEvent>();
    const old = await bob.watchRoom({ location: here }, { onEvent: events.push });
    using room = mountRoom(ada, { location: here });
    await room.until(isLive);
    await room.view.send('said here');
    await room.until(shows('said here'));
    const before = room.view;

    room.show({ location: there });
    expect(room.view).toMatchObject({ status: 'joining', room: null, messages: [], userCount: 0, present: [] });
    // A form of the previous rendering may still send.
    await before.send('typed here');
    await room.until(isLive);
    await room.view.send('said there');
    await room.until(shows('said there'));
    await events.until((event) => event.type === 'user.left' && event.user.username === 'Ada');
    expect(contents(old.state.get())).toEqual(['said here', 'typed here']);
    for (const { room: of, messages } of room.views.all) {
      expect(messages.every(({ roomId }) => roomId === of?.id)).toBe(true);
    }

    room.show({ roomId: old.room.id });
    await room.until(shows('said here', 'typed here'));
    room.show(null);
    expect(room.view).toMatchObject({ status: 'idle', room: null, messages: [] });
    await expect.poll(() => earshot.a.stats().watchers).toBe(1);
  });

  test('a rejected one stops with the reason, and can be retried', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    using room = mountRoom(ada, { roomId: 'a'.repeat(24) });
    using place = mountRoom(ada, { location: somewhere() });
    await expect(place.view.send('too early')).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    await expect(room.view.edit('too early', 'too early')).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    await expect(room.view.send('in vain')).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
    const { error } = await room.until(({ status }) => status === 'stopped');
    expect(error).toMatchObject({ name: 'EarshotClientError', code: 'ROOM_NOT_FOUND' });
    room.view.rejoin();
    await room.until(({ status }) => status === 'joining');
    await room.until(({ status }) => status === 'stopped');
  });
});
