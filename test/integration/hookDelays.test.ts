import type { MessageHook } from '@earshot/server';
import { describe, expect, test } from 'vitest';
import { reportedRoom } from '../resources/reportedRoom.ts';
import { deployments } from '../resources/server.ts';
import { sharedDeployment } from '../resources/sharedDeployment.ts';
import { checkedTokens } from '../resources/tokens.ts';

type Verdict = { action: 'allow' } | { action: 'hold' };
type Room = Awaited<ReturnType<typeof reportedRoom>>;

/** A message that waits for its verdict. */
interface Waiting {
  content: string;
  asked: PromiseWithResolvers<void>;
  verdict: PromiseWithResolvers<Verdict>;
}

const waiting = new Map<string, Waiting>();

function expectQuestion(): Waiting {
  const content = `wait ${crypto.randomUUID()}`;
  const one = { content, asked: Promise.withResolvers<void>(), verdict: Promise.withResolvers<Verdict>() };
  waiting.set(content, one);
  return one;
}

const onMessage: MessageHook = ({ content }) => {
  const one = waiting.get(content);
  one?.asked.resolve();
  return one?.verdict.promise ?? { action: 'allow' };
};

const failed = (errorCode: string) => ({ data: { errorCode } });

/** What is decided meanwhile, on the instance where the author is connected, and the error of the author. */
const decisions: [string, (room: Room) => Promise<unknown>, string][] = [
  ['muted', ({ mod, scope, benId }) => mod.api.moderation.mute.mutate({ scope, userId: benId }), 'MUTED'],
  ['banned', ({ mod, scope, benId }) => mod.api.moderation.ban.mutate({ scope, userId: benId }), 'BANNED'],
  ['in a closed room', ({ mod, roomId }) => mod.api.moderation.setClosed.mutate({ roomId, on: true }), 'ROOM_CLOSED'],
  ['no member any more', ({ ben, roomId }) => ben.api.rooms.leave.mutate({ roomId }), 'NOT_A_MEMBER'],
];

describe.each(deployments)('while a hook decides about a message, $name', ({ start }) => {
  const env = { ...checkedTokens, MESSAGE_HOOK_TIMEOUT_MS: '1000' };
  const earshot = sharedDeployment(() => start({ env, hooks: { onMessage } }));

  const contentsOf = async ({ ada, roomId }: Room) =>
    (await ada.api.messages.history.query({ roomId })).messages.map(({ content }) => content);

  test.each(decisions)('its author is %s: it is not sent', async (_which, decide, errorCode) => {
    await using room = await reportedRoom(earshot);
    const { content, asked, verdict } = expectQuestion();
    const sent = room.ben.api.messages.send.mutate({ roomId: room.roomId, content });
    const refused = expect(sent).rejects.toMatchObject(failed(errorCode));
    await asked.promise;
    await decide(room);
    verdict.resolve({ action: 'allow' });
    await refused;
    expect(await contentsOf(room)).toEqual(['buy this']);
  });

  test.each(decisions)('its author is %s: an edit is not made', async (_which, decide, errorCode) => {
    await using room = await reportedRoom(earshot);
    const { content, asked, verdict } = expectQuestion();
    const edited = room.ben.api.messages.edit.mutate({ roomId: room.roomId, messageId: room.message.id, content });
    const refused = expect(edited).rejects.toMatchObject(failed(errorCode));
    await asked.promise;
    await decide(room);
    verdict.resolve({ action: 'allow' });
    await refused;
    expect(await contentsOf(room)).toEqual(['buy this']);
  });

  test.each(decisions)('its author is %s: it does not wait for a moderator', async (_which, decide, errorCode) => {
    await using room = await reportedRoom(earshot);
    const { content, asked, verdict } = expectQuestion();
    const sent = room.ben.api.messages.send.mutate({ roomId: room.roomId, content });
    const refused = expect(sent).rejects.toMatchObject(failed(errorCode));
    await asked.promise;
    await decide(room);
    verdict.resolve({ action: 'hold' });
    await refused;
    expect((await room.mod.api.reports.count.query({ scope: room.scope })).held).toBe(0);
  });

  test('calls that wait for the message before them are not done either', async () => {
    await using room = await reportedRoom(earshot);
    const { ben, mod, roomId, scope, benId, message } = room;
    const { content, asked, verdict } = expectQuestion();
    const results = Promise.allSettled([
      ben.api.messages.send.mutate({ roomId, content }),
      ben.api.messages.send.mutate({ roomId, content: 'quick' }), // allowed at once
      ben.api.messages.react.mutate({ roomId, messageId: message.id, emoji: '👍', on: true }),
    ]);
    await asked.promise;
    await mod.api.moderation.mute.mutate({ scope, userId: benId });
    verdict.resolve({ action: 'allow' });
    for (const one of await results) expect(one).toMatchObject({ status: 'rejected', reason: failed('MUTED') });
    expect(await contentsOf(room)).toEqual(['buy this']);
  });
});
