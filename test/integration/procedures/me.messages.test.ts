import { describe, expect, test } from 'vitest';
import { sendFirstMessage } from '../../resources/firstMessage.ts';
import { testAccess, testCallRate } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { checkedTokens, signToken } from '../../resources/tokens.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('me.messages, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('access', () => {
    testAccess(earshot, 'me.messages', {
      input: {},
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'IDENTITY_NOT_VERIFIED',
        'the author': 'IDENTITY_NOT_VERIFIED',
      },
    });
  });
});

describe('me.messages does, with checked tokens', () => {
  const earshot = sharedDeployment(() => startEmbedded({ env: checkedTokens }));

  test.each(transports)('returns messages of all rooms, newest first ($transport)', async ({ transport, connect }) => {
    using ada = connect(earshot.a.url, { token: await signToken(`ada ${transport}`) });
    const first = await sendFirstMessage(ada);
    const second = await sendFirstMessage(ada);
    await ada.api.rooms.leave.mutate({ roomId: first.roomId });
    const page = await ada.api.me.messages.query({ limit: 1 });
    expect(page).toEqual({ messages: [second.sent], next: second.sent.id });
    expect(await ada.api.me.messages.query({ cursor: second.sent.id })).toEqual({ messages: [first.sent], next: null });
  });
});

describe('me.messages refuses, embedded', () => {
  testCallRate('me.messages', {});
});
