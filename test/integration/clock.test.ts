import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createModerated } from '../resources/moderation.ts';
import { somewhere } from '../resources/places.ts';
import { startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const hour = 3_600_000;

test('when the clock is set back, limits do not last longer, and times do not decrease', async () => {
  await using earshot = await startEmbedded({ env: { SEND_RATE: '20', SEND_BURST: '1' } });
  using ada = stockClient(earshot.a.url, { username: 'Ada' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  using watch = ada.watch(room.id);
  const send = (content: string) => ada.api.messages.send.mutate({ roomId: room.id, content });
  const sendWhenAllowed = (content: string) => vi.waitFor(() => send(content), { timeout: 5_000, interval: 60 });

  const first = await send('before');
  vi.setSystemTime(Date.now() - hour);
  const second = await sendWhenAllowed('after');
  expect(second.timestamp.getTime()).toBe(first.timestamp.getTime() + 1);
  await watch.until(({ event }) => event.type === 'message.created' && event.message.content === 'after');

  vi.setSystemTime(Date.now() + 3 * hour);
  const third = await sendWhenAllowed('later');
  expect(third.timestamp.getTime() - second.timestamp.getTime()).toBeGreaterThan(hour);
  await watch.until(({ event }) => event.type === 'message.created' && event.message.content === 'later');
});

test('a mute that is lifted after the clock was set back has ended, for the muted user too', async () => {
  await using earshot = await startEmbedded();
  using made = await createModerated(earshot);
  const { ada, bobId, scope, watch, send } = made;
  const { id: sanctionId } = await ada.api.moderation.mute.mutate({ scope, userId: bobId });
  vi.setSystemTime(Date.now() - hour);
  await ada.api.moderation.lift.mutate({ sanctionId });
  const { event } = await watch.until((one) => one.event.type === 'sanctioned' && one.event.endsAt !== null);
  expect(event).toMatchObject({ endsAt: expect.toSatisfy((endsAt: Date) => endsAt.getTime() <= Date.now()) });
  expect(await send()).toMatchObject({ content: 'hi' });
});
