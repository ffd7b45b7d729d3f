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
interface Refusal {
  state: string;
  decide: (room: Room) => Promise<unknown>;
  errorCode: string;
}

const decisions: Refusal[] = [
  {
    state: 'muted',
    decide: ({ mod, scope, benId }) => mod.api.moderation.mute.mutate({ scope, userId: benId }),
    errorCode: 'MUTED',
  },
  {
    state: 'banned',
    decide: ({ mod, scope, benId }) => mod.api.moderation.ban.mutate({ scope, userId: benId }),
    errorCode: 'BANNED',
  },
  {
    state: 'in a closed room',
    decide: ({ mod, roomId }) => mod.api.moderation.setClosed.mutate({ roomId, on: true }),
    errorCode: 'ROOM_CLOSED',
  },
  {
    state: 'no member any more',
    decide: ({ ben, roomId }) => ben.api.rooms.leave.mutate({ roomId }),
    errorCode: 'NOT_A_MEMBER',
  },
];

describe.each(deployments)('while a hook decides about a message, $name', ({ start }) => {
  const env = { ...checkedTokens, MESSAGE_HOOK_TIMEOUT_MS: '1000' };
  const earshot = sharedDeployment(() => start({ env, hooks: { onMessage } }));

  const contentsOf = async ({ ada, roomId }: Room) =>
    (await ada.api.messages.history.query({ roomId })).messages.map(({ content }) => content);

  /** Ben makes the call, whose content the hook decides about; it fails because of what is decided before the verdict. */
  async function expectRefusal(
    room: Room,
    { decide, errorCode, verdict, call }: Refusal & { verdict: Verdict; call: (content: string) => Promise<unknown> },
  ): Promise<void> {
    const question = expectQuestion();
    const refused = expect(call(question.content)).rejects.toMatchObject(failed(errorCode));
    await question.asked.promise;
    await decide(room);
    question.verdict.resolve(verdict);
    await refused;
  }

  test.each(decisions)('its author is $state: it is not sent', async (refusal) => {
    await using room = await reportedRoom(earshot);
    const { ben, roomId } = room;
    const call = (content: string) => ben.api.messages.send.mutate({ roomId, content });
    await expectRefusal(room, { ...refusal, verdict: { action: 'allow' }, call });
    expect(await contentsOf(room)).toEqual(['buy this']);
  });

  test.each(decisions)('its author is $state: an edit is not made', async (refusal) => {
    await using room = await reportedRoom(earshot);
    const { ben, roomId, message } = room;
    const call = (content: string) => ben.api.messages.edit.mutate({ roomId, messageId: message.id, content });
    await expectRefusal(room, { ...refusal, verdict: { action: 'allow' }, call });
    expect(await contentsOf(room)).toEqual(['buy this']);
  });

  test.each(decisions)('its author is $state: it does not wait for a moderator', async (refusal) => {
    await using room = await reportedRoom(earshot);
    const { ben, mod, roomId, scope } = room;
    const call = (content: string) => ben.api.messages.send.mutate({ roomId, content });
    await expectRefusal(room, { ...refusal, verdict: { action: 'hold' }, call });
    expect((await mod.api.reports.count.query({ scope })).held).toBe(0);
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
