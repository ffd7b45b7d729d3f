import { describe, expect, test } from 'vitest';
import { eventually } from '../../../resources/collect.ts';
import { testFrameRefusals } from '../../../resources/frameTests.ts';
import { joinLegacy, someLocationId } from '../../../resources/legacyClient.ts';
import { deployments, startEmbedded } from '../../../resources/server.ts';
import { sharedDeployment } from '../../../resources/sharedDeployment.ts';

describe.each(deployments)('Message, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test('is stored, and sent to all sockets in the room, including the sender', async () => {
      const at = someLocationId();
      using ada = await joinLegacy(earshot.a.url, at, 'Ada');
      using bob = await joinLegacy(earshot.b.url, at, 'Bob');
      ada.send({ type: 'Message', content: ' hello ' });
      for (const client of [ada, bob]) {
        expect(await client.until('NewMessage')).toMatchObject({ room_id: at, user_id: 'ada', content: 'hello' });
      }
      using carol = await joinLegacy(earshot.b.url, at, 'Carol');
      expect(carol.of('MessageHistory')).toMatchObject([{ messages: [{ content: 'hello' }] }]);
    });
  });
});

describe('Message access, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testFrameRefusals(earshot, 'new', [[{ type: 'Message', content: 'hello' }, 'UNAUTHENTICATED']]);
});

describe('Message refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testFrameRefusals(earshot, 'joined', [
    [{ type: 'Message' }, 'INVALID_INPUT', 'content'],
    [{ type: 'Message', content: ' ' }, 'INVALID_INPUT', 'content'],
    [{ type: 'Message', content: 7 }, 'INVALID_INPUT', 'content'],
    [{ type: 'Message', data: { content: { $gt: '' } } }, 'INVALID_INPUT', 'content'],
    [{ type: 'Message', content: 'x'.repeat(2_001) }, 'MESSAGE_TOO_LONG', '2000'],
  ]);

  test('sending too fast is an Error', async () => {
    await using earshot = await startEmbedded({ env: { SEND_RATE: '1', SEND_BURST: '3' } });
    using ada = await joinLegacy(earshot.a.url, 'lobby', 'Ada');
    for (let i = 0; i < 6; i += 1) ada.send({ type: 'Message', content: `${i}` });
    await eventually(() => ada.of('Error').length === 3 && ada.of('NewMessage').length === 3);
    expect(ada.of('Error')).toMatchObject(Array.from({ length: 3 }, () => ({ code: 'RATE_LIMITED' })));
    const metrics = await (await fetch(`${earshot.a.url}/metrics`)).text();
    expect(metrics).toContain('earshot_errors_total{code="RATE_LIMITED"} 3');
  });
});
