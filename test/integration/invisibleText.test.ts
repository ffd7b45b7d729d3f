import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { joinLegacy, openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { deployments, startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

// Invisible text is neither a message nor a name, and invisible characters can't imitate another name.

const blanks = ['\u2800', '\u3164\u2800', '\u200b \u2060', '\u{13441}'];
const hidden = 'A\u200dda\u200b\u2800';

describe.each(deployments)('$name', ({ start }) => {
  test('tRPC: blank messages and names are rejected, hidden characters are removed from names, texts have one normal form', async () => {
    await using earshot = await start();
    using ada = stockClient(earshot.a.url, { username: hidden });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const refused = { data: { errorCode: 'INVALID_INPUT' } };
    for (const blank of blanks) {
      await expect(ada.api.messages.send.mutate({ roomId: room.id, content: blank })).rejects.toMatchObject(refused);
      await expect(ada.api.auth.guest.mutate({ username: blank })).rejects.toMatchObject(refused);
      using unidentified = stockClient(earshot.a.url, { username: blank });
      await expect(unidentified.api.rooms.get.query({ roomId: room.id })).rejects.toThrow();
    }
    const sent = await ada.api.messages.send.mutate({ roomId: room.id, content: 'Cafe\u0301' });
    expect(sent).toMatchObject({ username: 'Ada', content: 'Café' });
    const edited = await ada.api.messages.edit.mutate({ roomId: room.id, messageId: sent.id, content: 'Noe\u0308l' });
    expect(edited).toMatchObject({ content: 'Noël' });
  });

  test('legacy: the same', async () => {
    await using earshot = await start();
    const at = someLocationId();
    using ada = await joinLegacy(earshot.a.url, at, hidden);
    for (const content of blanks) {
      ada.send({ type: 'Message', content });
      const { message } = await ada.until('Error', () => ada.of('Error').length > blanks.indexOf(content));
      expect(message).toContain('content');
    }
    ada.send({ type: 'Message', content: 'Cafe\u0301' });
    expect(await ada.until('NewMessage')).toMatchObject({ username: 'Ada', content: 'Café' });
    using unidentified = await openLegacy(earshot.b.url, at);
    unidentified.send({ type: 'Join', user_id: 'nobody', username: '\u2800' });
    expect(await unidentified.until('Error')).toMatchObject({ code: 'INVALID_INPUT' });
  });

  test('legacy: a room’s name must be visible', async () => {
    await using earshot = await start();
    const url = (name: string) => `${earshot.a.url}/api/rooms/${encodeURIComponent(name)}`;
    for (const name of blanks) expect((await fetch(url(name))).status).toBe(400);
    const name = `Square ${Math.random()}`;
    const roomId = `${name}\u200b`;
    using _ada = await joinLegacy(earshot.a.url, roomId, 'Ada');
    using bob = stockClient(earshot.a.url, { username: 'Bob' });
    expect((await bob.api.rooms.join.mutate({ roomId })).room).toMatchObject({ id: roomId, name });
  });
});

test('a name in a token is cleaned before it is shortened', async () => {
  const secret = 'a secret of at least thirty-two bytes';
  await using earshot = await startEmbedded({ env: { JWT_SECRET: secret } });
  const token = await new SignJWT({ username: `${'\u200b'.repeat(60)}Ada\u2800` })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ada')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
  using ada = stockClient(earshot.a.url, { token });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  const sent = await ada.api.messages.send.mutate({ roomId: room.id, content: 'Hello' });
  expect(sent.username).toBe('Ada');
});
