import { createEarshotClient, type RoomState } from '@earshot/client';
import { limits, type Message, transformer } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { collect } from '../resources/collect.ts';
import { somewhere } from '../resources/places.ts';
import { deployments } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const bytes = (value: unknown) => JSON.stringify(transformer.output.serialize(value)).length;

describe.each(deployments)('$name: reactions', ({ start }) => {
  test('of more users than a message names reach watchers as small events, and every user knows their own', async () => {
    await using earshot = await start();
    const ids = Array.from({ length: limits.reactorsShown + 4 }, (_, n) => `user-${n}`);
    using ada = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const content = 'x'.repeat(2_000);
    const { id: messageId } = await ada.api.messages.send.mutate({ roomId: room.id, content });
    using watch = ada.watch(room.id);
    await watch.until(({ event }) => event.type === 'snapshot');

    for (const [n, userId] of ids.entries()) {
      using user = stockClient(n % 2 ? earshot.a.url : earshot.b.url, { username: userId, userId });
      await user.api.rooms.join.mutate({ roomId: room.id });
      await user.api.messages.react.mutate({ roomId: room.id, messageId, emoji: '👍', on: true });
    }
    const last = await watch.until(
      ({ event }) => event.type === 'reaction.changed' && event.reaction.count === ids.length,
    );
    const event = { type: 'reaction.changed', messageId, seq: 1, userId: ids.at(-1), on: true };
    expect(last).toMatchObject({ seq: ids.length + 1, event: { ...event, updatedSeq: ids.length + 1 } });
    const reaction = { emoji: '👍', count: ids.length, userIds: ids.slice(0, limits.reactorsShown) };
    expect(last.event).toMatchObject({ reaction });
    const changes = watch.all.filter(
      ({ event: { type } }) => type === 'reaction.changed' || type === 'message.updated',
    );
    expect(changes.map(({ event: { type } }) => type)).toEqual(ids.map(() => 'reaction.changed'));
    for (const change of changes) expect(bytes(change.event)).toBeLessThan(1_024);

    // A snapshot has the complete message, with only the first users named.
    using again = ada.watch(room.id);
    const { event: snapshot } = await again.until(({ event: { type } }) => type === 'snapshot');
    expect(snapshot).toMatchObject({ messages: [{ content, reactions: [reaction] }] });

    // The last user is not among the named ones, so another device of that user queries its own reactions.
    const me = ids.at(-1) ?? '';
    const phone = createEarshotClient({ url: earshot.b.url, username: me, userId: me });
    await using _closed = { [Symbol.asyncDispose]: () => phone.close() };
    const states = collect<RoomState>();
    const phones = await phone.watchRoom({ roomId: room.id }, { onChange: states.push });
    const known = (emojis: string[]) => (state: RoomState) =>
      state.ownReactions.get(messageId)?.join() === emojis.join();
    await states.until(known(['👍']));
    using laptop = stockClient(earshot.a.url, { username: me, userId: me });
    await laptop.api.messages.react.mutate({ roomId: room.id, messageId, emoji: '🎉', on: true });
    await states.until(known(['👍', '🎉']));
    await phones.react(messageId, '👍', false);
    const state = await states.until(known(['🎉']));
    expect(state.messages.find(({ id }: Message) => id === messageId)?.reactions).toEqual([
      { ...reaction, count: ids.length - 1 },
      { emoji: '🎉', count: 1, userIds: [me] },
    ]);
  });
});
