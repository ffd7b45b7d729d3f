import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { joinLegacy, openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { deployments, startEmbedded, startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { checkedTokens, signToken } from '../resources/tokens.ts';

const refused = (errorCode = 'MESSAGE_REFUSED') => ({ data: { errorCode, httpStatus: 403, retry: 'no' } });

/** A file of blocked words, and the setting that names it. */
async function wordFile(...words: string[]) {
  const folder = await dataFolder();
  const path = join(folder.path, 'words.txt');
  const write = async (...lines: string[]) => {
    await writeFile(`${path}.new`, lines.join('\n'));
    await rename(`${path}.new`, path);
  };
  await write(...words);
  return { path, write, env: { BLOCKED_WORDS: path }, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

describe.each(deployments)('BLOCKED_WORDS, $name', ({ start }) => {
  test('messages, edits, titles and topics with a blocked word are refused', async () => {
    await using words = await wordFile('darn', 'heck of a');
    await using earshot = await start({ env: words.env });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const roomId = room.id;
    const { id: messageId } = await ada.api.messages.send.mutate({ roomId, content: 'darning socks' });
    const texts = [
      ada.api.messages.send.mutate({ roomId, content: 'Ｄａｒｎ it' }),
      ada.api.messages.edit.mutate({ roomId, messageId, content: 'a heck of a day' }),
      ada.api.rooms.describe.mutate({ roomId, title: 'Darn' }),
      ada.api.rooms.describe.mutate({ roomId, topic: 'about da\u200brn' }),
    ];
    await Promise.all(texts.map((text) => expect(text).rejects.toMatchObject(refused())));
    const { messages } = await ada.api.messages.history.query({ roomId });
    expect(messages.map(({ content }) => content)).toEqual(['darning socks']);
    expect(await ada.api.rooms.get.query({ roomId })).toMatchObject({ title: null, topic: null });
    using eve = stockClient(earshot.b.url, { username: 'Eve' });
    await expect(eve.api.messages.send.mutate({ roomId, content: 'darn' })).rejects.toMatchObject({
      data: { errorCode: 'NOT_A_MEMBER' },
    });
  });

  test('with BLOCKED_WORDS_MODE=mask they are masked, on both wires', async () => {
    await using words = await wordFile('darn');
    await using earshot = await start({ env: { ...words.env, BLOCKED_WORDS_MODE: 'mask' } });
    const at = someLocationId();
    using cat = await joinLegacy(earshot.b.url, at, 'Cat');
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    await ada.api.rooms.join.mutate({ roomId: at });
    const send = (clientMessageId: string) =>
      ada.api.messages.send.mutate({ roomId: at, content: 'Darn! it', clientMessageId });
    const first = await send('one');
    expect(first.content).toBe('••••! it');
    expect(await send('one')).toEqual(first);
    await cat.until('NewMessage', ({ content }) => content === '••••! it');
    const edited = await ada.api.messages.edit.mutate({ roomId: at, messageId: first.id, content: 'no darn' });
    expect(edited.content).toBe('no ••••');
    cat.send({ type: 'Message', content: 'ok, darn' });
    await cat.until('NewMessage', ({ content }) => content === 'ok, ••••');
  });
});

describe('BLOCKED_WORDS on the legacy wire', () => {
  test('frames and routes get the error, and the socket stays', async () => {
    await using words = await wordFile('darn');
    await using earshot = await startEmbedded({ env: words.env });
    const at = someLocationId();
    using cat = await joinLegacy(earshot.a.url, at, 'Cat');
    cat.send({ type: 'Message', content: 'darn' });
    const { message } = await cat.until('Error', ({ code }) => code === 'MESSAGE_REFUSED');
    expect(message).not.toContain('darn');
    cat.send({ type: 'Message', content: 'fine' });
    await cat.until('NewMessage', ({ content }) => content === 'fine');
    const post = (path: string, body: object) =>
      fetch(`${earshot.a.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user_id: 'cat', username: 'Cat', ...body }),
      });
    const sent = await post('/messages', { location_id: at, content: 'darn' });
    expect([sent.status, await sent.json()]).toMatchObject([403, { code: 'MESSAGE_REFUSED' }]);
    const joined = await post('/join', { location_id: 'darn house' });
    expect([joined.status, await joined.json()]).toMatchObject([403, { code: 'MESSAGE_REFUSED' }]);
  });
});

describe('names with a blocked word', () => {
  test('are refused where users choose them', async () => {
    await using words = await wordFile('darn');
    await using earshot = await startEmbedded({ env: words.env });
    using nobody = stockClient(earshot.a.url, {});
    const guest = nobody.api.auth.guest.mutate({ username: 'Mr. Darn' });
    await expect(guest).rejects.toMatchObject(refused('NAME_REFUSED'));
    using named = await openRaw(earshot.a.url, { identity: { username: 'darn' } });
    expect((await named.closed).code).toBe(4422);
    expect(JSON.stringify(named.frames.all)).toContain('NAME_REFUSED');
    using legacy = await openLegacy(earshot.a.url, 'lobby');
    legacy.send({ type: 'Join', user_id: 'x', username: 'DARN' });
    await legacy.until('Error', ({ code }) => code === 'NAME_REFUSED');
  });

  test('are masked where they come from a token', async () => {
    await using words = await wordFile('ada');
    await using earshot = await startEmbedded({ env: { ...words.env, ...checkedTokens } });
    using ada = stockClient(earshot.a.url, { token: await signToken('one') });
    expect(await ada.api.auth.session.query()).toMatchObject({ user: { userId: 'one', username: '•••' } });
  });
});

describe('the file', () => {
  test.each([
    ['that is missing', async () => '/nowhere/words.txt', /BLOCKED_WORDS: .*words\.txt: can’t be read/],
    ['that is a folder', async () => '/tmp', /BLOCKED_WORDS: \/tmp: not a file/],
  ])('%s stops the start', async (_case, path, message) => {
    await using data = await dataFolder();
    const start = startServer({ env: { BLOCKED_WORDS: await path(), DATA_DIR: data.path } });
    await expect(start).rejects.toThrow(message);
  });

  test('with an entry that is not a word stops the start, and all of them are listed', async () => {
    await using words = await wordFile('fine', 'da*', '(x)');
    await using data = await dataFolder();
    const start = startServer({ env: { ...words.env, DATA_DIR: data.path } });
    await expect(start).rejects.toThrow(/line 2: “da\*”.*\n.*line 3: “\(x\)”/s);
  });

  test('is loaded again when it changes; an invalid one is reported and not used', { timeout: 60_000 }, async () => {
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    await using words = await wordFile('darn');
    await using earshot = await startEmbedded({ env: words.env, log });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const send = (content: string) => ada.api.messages.send.mutate({ roomId: room.id, content });
    await expect(send('darn')).rejects.toMatchObject(refused());
    const logged = (text: string) => eventually(() => lines.join('').includes(text), 20_000);

    await words.write('heck');
    await logged('blocked words reloaded');
    await send('darn');
    await expect(send('heck')).rejects.toMatchObject(refused());

    await words.write('heck*');
    await logged('blocked words not reloaded: line 1: “heck*”');
    await expect(send('heck')).rejects.toMatchObject(refused());
  });
});
