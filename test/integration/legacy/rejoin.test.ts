import { describe, expect, test } from 'vitest';
import { eventually } from '../../resources/collect.ts';
import { joinLegacy, type LegacyFrame, someLocationId } from '../../resources/legacyClient.ts';
import { somewhere } from '../../resources/places.ts';
import { deployments } from '../../resources/server.ts';

const join = (name: string) => ({ type: 'Join', user_id: name.toLowerCase(), username: name });
const joinAt = (place: { latitude: number; longitude: number }, name: string, radius = 5_000) => ({
  ...join(name),
  type: 'JoinLocalChat',
  ...place,
  search_radius: radius,
});

/**
 * The numbers in the list of a client that replaces it by each history and appends new messages. Throws if the list would have
 * duplicates, and if a history lacks the newest message.
 */
function displayedAfter(frames: readonly unknown[]): string[] {
  let displayed: string[] = [];
  for (const { type, messages, content = '' } of frames as LegacyFrame[]) {
    if (type === 'MessageHistory') {
      const newest = Number(displayed.at(-1) ?? -1);
      displayed = messages?.map((message) => message.content) ?? [];
      expect(Number(displayed.at(-1) ?? -1)).toBeGreaterThanOrEqual(newest);
    }
    if (type === 'NewMessage') displayed.push(content);
    expect(new Set(displayed).size).toBe(displayed.length);
  }
  return displayed;
}

describe.each(deployments)('$name: repeated joins', ({ start }) => {
  test('100 joins while another user sends 800 messages: none arrives twice, none is missing', async () => {
    await using earshot = await start();
    const at = someLocationId();
    using ada = await joinLegacy(earshot.a.url, at, 'Ada');
    using bob = await joinLegacy(earshot.b.url, at, 'Bob');
    for (let i = 0; i < 100; i += 1) {
      for (let n = 0; n < 8; n += 1) bob.send({ type: 'Message', content: `${i * 8 + n}` });
      ada.send(join('Ada'));
      if (i % 10 === 9) await eventually(() => ada.of('MessageHistory').length === i + 2);
    }
    await bob.until('NewMessage', ({ content }) => content === '799');
    await eventually(() => displayedAfter(ada.frames.all).at(-1) === '799');
    const received = ada.of('NewMessage').map(({ id }) => id);
    expect(new Set(received).size).toBe(received.length);
    expect(displayedAfter(ada.frames.all).slice(-50)).toEqual(Array.from({ length: 50 }, (_, i) => `${750 + i}`));
    expect(bob.of('UserLeft')).toEqual([]);
    expect(bob.of('UserJoined')).toEqual([]);
  });

  test('a socket is in one room at a time: it may join again and move with WATCHES_PER_SOCKET=1', async () => {
    await using earshot = await start({ env: { WATCHES_PER_SOCKET: '1' } });
    using ada = await joinLegacy(earshot.a.url, someLocationId(), 'Ada');
    ada.send(join('Ada'));
    await eventually(() => ada.of('MessageHistory').length === 2);
    ada.send(joinAt(somewhere(), 'Ada'));
    await eventually(() => ada.of('MessageHistory').length === 3);
    expect(ada.of('Error')).toEqual([]);
  });
});
