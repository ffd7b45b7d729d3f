import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { startPair } from '../resources/server.ts';
import { startMongod } from '../services/mongod.ts';
import { startRedis } from '../services/redis.ts';

interface Answer {
  status: number;
  body: string;
  /** Milliseconds until the answer was there. */
  took: number;
}

async function ask(url: string, path: string, body?: object): Promise<Answer> {
  const began = performance.now();
  const response = await fetch(`${url}${path}`, {
    ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.text(), took: performance.now() - began };
}

const ada = { user_id: 'ada', username: 'Ada' };

function expectUnavailable(answer: Answer, code: string): void {
  expect(answer).toMatchObject({ status: 503, body: expect.stringMatching(/^\{"error":"/) });
  expect(JSON.parse(answer.body)).toMatchObject({ code });
  expect(answer.took).toBeLessThan(2_000);
}

/** Everything at once, as during an outage everybody comes. */
function askAll(url: string, at: string): Promise<Answer[]> {
  return Promise.all([
    ask(url, `/api/messages/${at}`),
    ask(url, '/api/messages', { ...ada, location_id: at, content: 'lost?' }),
    ask(url, `/api/rooms/${at}`),
    ask(url, `/api/rooms/${at}/join`, ada),
    ask(url, '/join', { ...ada, location_id: at }),
  ]);
}

test.each(['stop', 'kill'] as const)(
  'mongod after a %s: REST answers 503 within 2 s, and works again by itself',
  async (how) => {
    await using mongod = await startMongod();
    await using earshot = await startPair({ env: { MONGODB_URI: mongod.url } });
    const { url } = earshot.a;
    const at = someLocationId();
    using socket = await joinLegacy(url, at, 'Ada');
    for (const { status } of await askAll(url, at)) expect(status).toBe(200);

    await mongod[how]();
    for (let again = 0; again < 3; again += 1) {
      for (const answer of await askAll(url, at)) expectUnavailable(answer, 'STORE_UNAVAILABLE');
    }
    const health = await ask(url, '/health');
    expect(health).toMatchObject({ status: 503, body: expect.stringContaining('store') });
    expect(health.took).toBeLessThan(2_000);
    socket.send({ type: 'Message', content: 'to nobody' });
    expect(await socket.until('Error')).toMatchObject({ code: 'STORE_UNAVAILABLE' });

    await mongod.start();
    await eventually(async () => (await ask(url, '/health')).status === 200, 30_000);
    for (const { status } of await askAll(url, at)) expect(status).toBe(200);
    socket.send({ type: 'Message', content: 'back again' });
    await socket.until('NewMessage', ({ content }) => content === 'back again');
  },
);

test.each(['stop', 'pause'] as const)(
  'Redis after a %s: what needs presence is a 503 within 2 s, the rest goes on',
  async (how) => {
    await using redis = await startRedis();
    await using earshot = await startPair({ env: { REDIS_URL: redis.url } });
    const { url } = earshot.a;
    const at = someLocationId();
    using socket = await joinLegacy(url, at, 'Ada');
    for (const { status } of await askAll(url, at)) expect(status).toBe(200);

    await redis[how]();
    const [messages, sent, room, join, joinInBody] = await askAll(url, at);
    expect(messages?.status).toBe(200);
    expect(sent?.status).toBe(200);
    for (const answer of [room, join, joinInBody]) {
      if (answer) expectUnavailable(answer, 'BROKER_UNAVAILABLE');
    }
    const health = await ask(url, '/health');
    expect(health).toMatchObject({ status: 503, body: expect.stringContaining('broker') });
    expect(health.took).toBeLessThan(2_000);
    // What was sent meanwhile reaches the sockets of this instance.
    await eventually(() => socket.of('NewMessage').length >= 2, 20_000);

    await redis[how === 'stop' ? 'start' : 'resume']();
    await eventually(async () => (await ask(url, '/health')).status === 200, 30_000);
    await eventually(async () => (await askAll(url, at)).every(({ status }) => status === 200));
  },
);
