import type { MessageHook } from '@earshot/server';
import { describe, expect, test } from 'vitest';
import { hookSecret, startHookService, verdict } from '../resources/hookService.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { reportedRoom } from '../resources/reportedRoom.ts';
import { deployments, startEmbedded } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import type { StockClient } from '../resources/stockClient.ts';
import { watchRoom } from '../resources/stockClient.ts';
import { checkedTokens } from '../resources/tokens.ts';

const failed = (errorCode: string) => ({ data: { errorCode } });

/** Holds texts that begin with “odd”. */
const onMessage: MessageHook = ({ content }) =>
  content.startsWith('odd') ? { action: 'hold', reason: 'It looks odd.' } : { action: 'allow' };

describe.each(deployments)('a message that a hook holds, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: checkedTokens, hooks: { onMessage } }));

  /** The held messages that a moderator sees in the room. */
  const heldIn = async ({ mod, scope }: Awaited<ReturnType<typeof reportedRoom>>) =>
    (await mod.api.reports.list.query({ scope, kind: 'held' })).reports;

  const resolve = ({ api }: StockClient, reportId: string, outcome: 'approved' | 'refused') =>
    api.reports.resolve.mutate({ reportId, outcome });

  test('is sent as by its author once a moderator approves it, and a repeat returns it', async () => {
    await using room = await reportedRoom(earshot);
    const { ben, ada, mod, roomId, benId } = room;
    using watch = watchRoom(ada.api, { roomId });
    await watch.until(({ event }) => event.type === 'snapshot');
    const send = () => ben.api.messages.send.mutate({ roomId, content: 'odd one', clientMessageId: 'one' });
    // Repeats may be sent at once, as after a reconnect.
    const sends = Array.from({ length: 4 }, send);
    for (const sent of sends) {
      await expect(sent).rejects.toMatchObject({ data: { errorCode: 'MESSAGE_HELD', httpStatus: 403, retry: 'no' } });
    }
    await expect(send()).rejects.toMatchObject(failed('MESSAGE_HELD'));
    expect((await ben.api.messages.history.query({ roomId })).messages).toHaveLength(1);

    const [held, ...others] = await heldIn(room);
    expect(others).toEqual([]);
    expect(held).toMatchObject({
      ...{ subject: { userId: benId, username: 'Ben' }, reporter: null, reason: 'screening', note: 'It looks odd.' },
      ...{ message: { id: null, content: 'odd one', userId: benId }, context: [{ content: 'buy this' }] },
    });
    await expect(resolve(ben, held?.id ?? '', 'approved')).rejects.toMatchObject(failed('REPORT_NOT_FOUND'));
    await resolve(mod, held?.id ?? '', 'approved');
    const { event } = await watch.until(({ event: { type } }) => type === 'message.created');
    expect(event).toMatchObject({ message: { content: 'odd one', userId: benId, clientMessageId: 'one' } });
    expect(event).toEqual({ type: 'message.created', message: await send() });
    expect(await heldIn(room)).toEqual([]);
  });

  test('is not sent if the moderator refuses it', async () => {
    await using room = await reportedRoom(earshot);
    const { ben, mod, roomId } = room;
    const send = () => ben.api.messages.send.mutate({ roomId, content: 'odd one', clientMessageId: 'one' });
    await expect(send()).rejects.toMatchObject(failed('MESSAGE_HELD'));
    const [held] = await heldIn(room);
    await resolve(mod, held?.id ?? '', 'refused');
    await expect(send()).rejects.toMatchObject({ message: /No moderator approved/, ...failed('MESSAGE_REFUSED') });
    expect((await ben.api.messages.history.query({ roomId })).messages).toHaveLength(1);
  });

  test('may be an edit, which is made once it is approved', async () => {
    await using room = await reportedRoom(earshot);
    const { ben, mod, roomId, message } = room;
    const edit = () => ben.api.messages.edit.mutate({ roomId, messageId: message.id, content: 'odd text' });
    await expect(edit()).rejects.toMatchObject(failed('MESSAGE_HELD'));
    await expect(edit()).rejects.toMatchObject(failed('MESSAGE_HELD'));
    const contents = async () =>
      (await ben.api.messages.history.query({ roomId })).messages.map(({ content }) => content);
    expect(await contents()).toEqual(['buy this']);
    const [held, ...others] = await heldIn(room);
    expect([held?.message?.id, others]).toEqual([message.id, []]);
    await resolve(mod, held?.id ?? '', 'approved');
    expect(await contents()).toEqual(['odd text']);
  });

  test.each(['mute', 'ban'] as const)(
    'is not sent while its author has a %s; the moderator may refuse it',
    async (kind) => {
      await using room = await reportedRoom(earshot);
      const { ben, mod, roomId, scope, benId } = room;
      const send = ben.api.messages.send.mutate({ roomId, content: 'odd one', clientMessageId: 'one' });
      await expect(send).rejects.toMatchObject(failed('MESSAGE_HELD'));
      const [held] = await heldIn(room);
      await mod.api.moderation[kind].mutate({ scope, userId: benId });
      await expect(resolve(mod, held?.id ?? '', 'approved')).rejects.toMatchObject({
        ...failed('NOT_ALLOWED'),
        message: /author is muted or banned/,
      });
      expect((await room.ada.api.messages.history.query({ roomId })).messages).toHaveLength(1);
      await resolve(mod, held?.id ?? '', 'refused');
      expect(await heldIn(room)).toEqual([]);
    },
  );

  test('is not sent while the room is closed', async () => {
    await using room = await reportedRoom(earshot);
    const { ben, mod, roomId } = room;
    await expect(ben.api.messages.send.mutate({ roomId, content: 'odd one' })).rejects.toMatchObject(
      failed('MESSAGE_HELD'),
    );
    const [held] = await heldIn(room);
    await mod.api.moderation.setClosed.mutate({ roomId, on: true });
    await expect(resolve(mod, held?.id ?? '', 'approved')).rejects.toMatchObject(failed('ROOM_CLOSED'));
    await mod.api.moderation.setClosed.mutate({ roomId, on: false });
    await resolve(mod, held?.id ?? '', 'approved');
    expect((await room.ada.api.messages.history.query({ roomId })).messages).toHaveLength(2);
  });

  test('is sent or deleted, not both, if moderators decide at once', async () => {
    await using room = await reportedRoom(earshot);
    const { ben, ada, mod, roomId } = room;
    for (let round = 0; round < 5; round += 1) {
      const content = `odd ${round}`;
      const sent = ben.api.messages.send.mutate({ roomId, content, clientMessageId: content });
      await expect(sent).rejects.toMatchObject(failed('MESSAGE_HELD'));
      const [held] = await heldIn(room);
      const outcomes = ['approved', 'refused', 'refused', 'approved'] as const;
      const calls = outcomes.map((outcome, n) => resolve(n % 2 ? mod : ada, held?.id ?? '', outcome));
      const results = await Promise.allSettled(calls);
      const [won, ...others] = outcomes.filter((_, n) => results[n]?.status === 'fulfilled');
      expect(others).toEqual([]);
      for (const one of results)
        if (one.status === 'rejected') expect(one.reason).toMatchObject(failed('REPORT_RESOLVED'));
      const { messages } = await ada.api.messages.history.query({ roomId });
      expect(messages.filter((message) => message.content === content)).toHaveLength(won === 'approved' ? 1 : 0);
      const { entries } = await mod.api.moderation.audit.query({ roomId });
      expect(entries).toHaveLength(round + 1);
      expect(entries[0]).toMatchObject({ detail: { type: 'report', kind: 'held', reportId: held?.id, outcome: won } });
    }
  });

  test('can be refused if what it changes was deleted since, and not approved', async () => {
    await using room = await reportedRoom(earshot);
    const { ben, mod, roomId, message } = room;
    const target = { roomId, messageId: message.id };
    await expect(ben.api.messages.edit.mutate({ ...target, content: 'odd text' })).rejects.toMatchObject(
      failed('MESSAGE_HELD'),
    );
    await ben.api.messages.delete.mutate(target);
    const [held] = await heldIn(room);
    await expect(resolve(mod, held?.id ?? '', 'approved')).rejects.toMatchObject(failed('MESSAGE_DELETED'));
    await resolve(mod, held?.id ?? '', 'refused');
    expect(await heldIn(room)).toEqual([]);
  });

  test('is one of at most ten of a user, also if they are sent at once', async () => {
    await using room = await reportedRoom(earshot);
    const { ben, cleo, roomId } = room;
    const send = ({ api }: StockClient, content: string) => api.messages.send.mutate({ roomId, content });
    const sends = await Promise.allSettled(Array.from({ length: 14 }, (_, index) => send(ben, `odd ${index}`)));
    const reasons = sends.map((one) => one.status === 'rejected' && one.reason);
    const refused = reasons.filter(({ data }) => data.errorCode !== 'MESSAGE_HELD');
    expect(refused).toHaveLength(4);
    for (const one of refused) expect(one).toMatchObject({ message: /Too many/, ...failed('MESSAGE_REFUSED') });
    const held = await heldIn(room);
    expect(held).toHaveLength(10);
    await expect(send(ben, held[3]?.message?.content ?? '')).rejects.toMatchObject(failed('MESSAGE_HELD'));
    await expect(send(ben, 'odd 15')).rejects.toMatchObject(failed('MESSAGE_REFUSED'));
    await expect(send(cleo, 'odd 16')).rejects.toMatchObject(failed('MESSAGE_HELD'));
    expect(await heldIn(room)).toHaveLength(11);
  });
});

test('legacy clients get MESSAGE_HELD as an Error', async () => {
  await using earshot = await startEmbedded({ hooks: { onMessage } });
  using cat = await joinLegacy(earshot.a.url, someLocationId(), 'Cat');
  cat.send({ type: 'Message', content: 'odd' });
  const { message } = await cat.until('Error', ({ code }) => code === 'MESSAGE_HELD');
  expect(message).toContain('moderator');
  cat.send({ type: 'Message', content: 'fine' });
  await cat.until('NewMessage', ({ content }) => content === 'fine');
});

test('with MESSAGE_HOOK_FAILURE=hold, messages wait for a moderator while the hook fails', async () => {
  await using service = await startHookService();
  service.answer = verdict({ action: 'hold', reason: 'Please look.' });
  const hook = { MESSAGE_HOOK_URL: service.url, MESSAGE_HOOK_SECRET: hookSecret, MESSAGE_HOOK_FAILURE: 'hold' };
  await using earshot = await startEmbedded({ env: { ...hook, MESSAGE_HOOK_TIMEOUT_MS: '1000' } });
  using ada = await joinLegacy(earshot.a.url, someLocationId(), 'Ada');
  ada.send({ type: 'Message', content: 'one' });
  await ada.until('Error', ({ code }) => code === 'MESSAGE_HELD');
  service.answer = verdict({}, 500);
  ada.send({ type: 'Message', content: 'two' });
  await ada.until('Error', ({ code }) => code === 'MESSAGE_HELD' && ada.of('Error').length === 2);
});
