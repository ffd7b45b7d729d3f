import { describe, expect, test } from 'vitest';
import { sendFirstMessage } from '../../resources/firstMessage.ts';
import { testAccess, testCallRate } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { checkedTokens, signToken } from '../../resources/tokens.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('me.export, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('access', () => {
    testAccess(earshot, 'me.export', {
      input: {},
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'IDENTITY_NOT_VERIFIED',
        'the author': 'IDENTITY_NOT_VERIFIED',
      },
    });
  });
});

describe('me.export does, with checked tokens', () => {
  const earshot = sharedDeployment(() => startEmbedded({ env: checkedTokens }));

  test.each(transports)('returns pages of the caller’s data ($transport)', async ({ transport, connect }) => {
    using ada = connect(earshot.a.url, { token: await signToken(`ada ${transport}`) });
    expect(await ada.api.me.export.query({})).toEqual({ records: [], next: null });
    const { roomId, sent } = await sendFirstMessage(ada);
    const { records, next } = await ada.api.me.export.query({ limit: 1 });
    expect(records).toEqual([{ type: 'memberships', data: { roomId, username: 'Ada', joinedAt: expect.any(Date) } }]);
    const rest = await ada.api.me.export.query({ cursor: next ?? '', limit: 1 });
    expect(rest.records).toMatchObject([{ type: 'rooms', data: { id: roomId } }]);
    const last = await ada.api.me.export.query({ cursor: rest.next ?? '', limit: 1 });
    expect(last.records).toEqual([{ type: 'messages', data: sent }]);
  });

  test.each(['nothing', 'nothing:1', ':', '__proto__:', 'constructor:1'])(
    'INVALID_INPUT: the cursor %s',
    async (cursor) => {
      for (const { connect } of transports) {
        using ada = connect(earshot.a.url, { token: await signToken('ada') });
        const data = { errorCode: 'INVALID_INPUT' };
        await expect(ada.api.me.export.query({ cursor })).rejects.toMatchObject({ data });
      }
    },
  );
});

describe('me.export refuses, embedded', () => {
  testCallRate('me.export', {});
});
