import { describe, expect, test } from 'vitest';
import { openLegacy, someLocationId } from '../../resources/legacyClient.ts';
import { deployments } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { issuedTokens, signToken } from '../../resources/tokens.ts';

describe.each(deployments)('guests on the legacy wire, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: issuedTokens }));

  test('are marked in every frame and answer about a user; users with an account are not', async () => {
    const at = someLocationId();
    using visitor = stockClient(earshot.a.url, {});
    const { token, user } = await visitor.api.auth.guest.mutate({ username: 'Grace' });
    const adaToken = await signToken('ada');
    using ada = await openLegacy(earshot.a.url, at);
    ada.send({ type: 'Join', user_id: 'ada', username: 'Ada', token: adaToken });
    await ada.until('MessageHistory');
    using grace = await openLegacy(earshot.b.url, at);
    grace.send({ type: 'Join', user_id: user.userId, username: 'Grace', token });
    await grace.until('MessageHistory');
    const mark = { user_id: user.userId, is_guest: true, data: expect.objectContaining({ is_guest: true }) };
    expect(await ada.until('UserJoined')).toMatchObject(mark);
    grace.send({ type: 'Typing', is_typing: true });
    expect(await ada.until('Typing')).toMatchObject(mark);
    grace.send({ type: 'Message', content: 'hi' });
    expect(await ada.until('NewMessage')).toMatchObject(mark);
    ada.send({ type: 'Message', content: 'hello' });
    const own = await ada.until('NewMessage', ({ content }) => content === 'hello');
    grace.ws.close();
    expect(await ada.until('UserLeft')).toMatchObject(mark);
    const { messages } = await (async () => {
      ada.send({ type: 'Join', user_id: 'ada', username: 'Ada', token: adaToken });
      return ada.until('MessageHistory', ({ messages: found }) => found?.length === 2);
    })();
    expect(messages).toMatchObject([{ is_guest: true }, { user_id: 'ada' }]);
    const headers = { authorization: `Bearer ${adaToken}` };
    const answer = await (await fetch(`${earshot.a.url}/messages/${at}`, { headers })).json();
    expect(answer).toMatchObject([{ is_guest: true }, { user_id: 'ada' }]);
    for (const one of [own, own.data, messages?.[1], answer[1]]) expect(one).not.toHaveProperty('is_guest');
  });
});

test('in open mode no user is marked: any client may choose the id of a guest', async () => {
  const [open] = deployments;
  await using earshot = await open.start();
  const at = someLocationId();
  using ada = await openLegacy(earshot.a.url, at);
  ada.send({ type: 'Join', user_id: `guest-${crypto.randomUUID()}`, username: 'Ada' });
  await ada.until('MessageHistory');
  ada.send({ type: 'Message', content: 'hi' });
  expect(await ada.until('NewMessage')).not.toHaveProperty('is_guest');
});
