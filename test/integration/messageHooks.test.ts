import { setTimeout as delay } from 'node:timers/promises';
import type { MessageHook } from '@earshot/server';
import { describe, expect, test } from 'vitest';
import { allow, hookSecret, isSigned, startHookService, verdict } from '../resources/hookService.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { deployments, startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

async function startHook() {
  const service = await startHookService();
  return Object.assign(service, { env: { MESSAGE_HOOK_URL: service.url, MESSAGE_HOOK_SECRET: hookSecret } });
}

const refused = (errorCode: string) => ({ data: { errorCode } });

describe.each(deployments)('MESSAGE_HOOK_URL, $name', ({ start }) => {
  test('decides about sends and edits on both wires', async () => {
    await using service = await startHook();
    service.answer = (response, request) => {
      const { content } = request.data;
      if (content.includes('bad')) verdict({ action: 'refuse', reason: 'Be kind.' })(response, request);
      else if (content.includes('long')) verdict({ action: 'replace', content: 'short' })(response, request);
      else allow(response, request);
    };
    await using earshot = await start({ env: service.env });
    const roomId = someLocationId();
    using cat = await joinLegacy(earshot.b.url, roomId, 'Cat');
    using ada = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
    await ada.api.rooms.join.mutate({ roomId });
    const send = (content: string) => ada.api.messages.send.mutate({ roomId, content, clientMessageId: content });
    const fine = await send('fine');
    expect(await send('long')).toMatchObject({ content: 'short' });
    await expect(send('bad')).rejects.toMatchObject({ message: 'Be kind.', ...refused('MESSAGE_REFUSED') });
    const edit = (content: string) => ada.api.messages.edit.mutate({ roomId, messageId: fine.id, content });
    await expect(edit('bad')).rejects.toMatchObject(refused('MESSAGE_REFUSED'));
    expect(await edit('long')).toMatchObject({ content: 'short' });
    cat.send({ type: 'Message', content: 'bad' });
    await cat.until('Error', ({ code, message }) => code === 'MESSAGE_REFUSED' && message === 'Be kind.');
    cat.send({ type: 'Message', content: 'long!' });
    await cat.until('NewMessage', ({ content, user_id }) => user_id === 'cat' && content === 'short');
    expect(service.requests.every(isSigned)).toBe(true);
    expect(service.requests[0]?.data).toEqual({
      ...{ kind: 'send', roomId, user: { userId: 'ada', username: 'Ada' }, content: 'fine' },
      ...{ messageId: null, clientMessageId: 'fine' },
    });
    expect(service.requests.find(({ data }) => data.kind === 'edit')?.data).toMatchObject({ messageId: fine.id });
  });
});

describe('MESSAGE_HOOK_FAILURE', () => {
  test.each([
    ['refuse', refused('SCREENING_UNAVAILABLE')],
    ['allow', null],
  ])('%s', async (policy, error) => {
    await using service = await startHook();
    await using earshot = await startEmbedded({ env: { ...service.env, MESSAGE_HOOK_FAILURE: policy } });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const send = () => ada.api.messages.send.mutate({ roomId: room.id, content: 'hello' });
    service.answer = verdict({ action: 'maybe' });
    if (error === null) expect(await send()).toMatchObject({ content: 'hello' });
    else await expect(send()).rejects.toMatchObject(error);
    service.answer = allow;
    await send();
    const metrics = await (await fetch(`${earshot.a.url}/metrics`)).text();
    expect(metrics).toContain('earshot_message_hook_failures_total 1');
    expect(metrics).toContain('earshot_message_hook_seconds_count 2');
  });

  test('a service that never answers delays a message only by the time limit', async () => {
    await using service = await startHook();
    service.answer = () => {};
    const env = { ...service.env, MESSAGE_HOOK_TIMEOUT_MS: '50', MESSAGE_HOOK_FAILURE: 'allow' };
    await using earshot = await startEmbedded({ env });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const contents = Array.from({ length: 30 }, (_, index) => `${index}`);
    await Promise.all(contents.map((content) => ada.api.messages.send.mutate({ roomId: room.id, content })));
    const { messages } = await ada.api.messages.history.query({ roomId: room.id });
    expect(messages.map(({ content }) => content)).toEqual(contents);
  });
});

describe('hooks of the program', () => {
  const start = (onMessage: MessageHook, env = {}) => startEmbedded({ hooks: { onMessage }, env });

  test('decide before the service is asked', async () => {
    await using service = await startHook();
    const onMessage: MessageHook = ({ content, user, kind }) =>
      content === 'bad'
        ? { action: 'refuse', reason: `Not from ${user.username}.` }
        : { action: 'replace', content: `${content} (${kind})` };
    await using earshot = await start(onMessage, service.env);
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const sent = await ada.api.messages.send.mutate({ roomId: room.id, content: 'hello' });
    expect(sent.content).toBe('hello (send)');
    const bad = ada.api.messages.send.mutate({ roomId: room.id, content: 'bad' });
    await expect(bad).rejects.toMatchObject({ message: 'Not from Ada.' });
    expect(service.requests.map(({ data }) => data.content)).toEqual(['hello (send)']);
  });

  test('messages keep their order in a room, and a slow verdict delays no other room', async () => {
    const { promise: release, resolve } = Promise.withResolvers<void>();
    const onMessage: MessageHook = async ({ content }) => {
      if (content === 'slow') await release;
      else await delay(Math.random() * 5);
      return { action: 'allow' };
    };
    await using earshot = await start(onMessage, { MESSAGE_HOOK_TIMEOUT_MS: '1000', MESSAGE_HOOK_FAILURE: 'allow' });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room: first } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const { room: second } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const order: string[] = [];
    const send = async (roomId: string, content: string) => {
      await ada.api.messages.send.mutate({ roomId, content });
      order.push(content);
    };
    const slow = [send(first.id, 'slow'), send(first.id, 'after')];
    await Promise.all([send(second.id, '1'), send(second.id, '2'), send(second.id, '3')]);
    resolve();
    await Promise.all(slow);
    expect(order.indexOf('slow')).toBe(3);
    const contents = async (roomId: string) =>
      (await ada.api.messages.history.query({ roomId })).messages.map(({ content }) => content);
    expect(await contents(first.id)).toEqual(['slow', 'after']);
    expect(await contents(second.id)).toEqual(['1', '2', '3']);
  });

  test('a caller without the right to send is not reported to them', async () => {
    const seen: string[] = [];
    await using earshot = await start(({ content }) => {
      seen.push(content);
      return { action: 'allow' };
    });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    using eve = stockClient(earshot.a.url, { username: 'Eve' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const send = eve.api.messages.send.mutate({ roomId: room.id, content: 'let me in' });
    await expect(send).rejects.toMatchObject(refused('NOT_A_MEMBER'));
    expect(seen).toEqual([]);
  });
});

describe('REPEATED_MESSAGE_ROOMS', () => {
  const advert = 'Cheap watches at my shop!';

  test('the same text in a fourth room is refused, and so is an edit to it', async () => {
    await using earshot = await startEmbedded({ env: { SEND_RATE: '100', SEND_BURST: '100' } });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const rooms = await Promise.all(
      Array.from({ length: 4 }, () => ada.api.rooms.join.mutate({ location: somewhere() })),
    );
    const [first, second, third, fourth] = rooms.map(({ room }) => room.id);
    const send = (roomId = '', content = advert) => ada.api.messages.send.mutate({ roomId, content });
    for (const roomId of [first, second, third]) await send(roomId);
    await expect(send(fourth)).rejects.toMatchObject({
      data: { errorCode: 'REPEATED_MESSAGE', httpStatus: 429, retry: 'later', retryAfterMs: expect.any(Number) },
    });
    await send(first);
    const { id: messageId } = await send(fourth, 'something else');
    const edit = ada.api.messages.edit.mutate({ roomId: fourth ?? '', messageId, content: advert });
    await expect(edit).rejects.toMatchObject(refused('REPEATED_MESSAGE'));
  });
});
