import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { startPair } from '../resources/server.ts';
import { startMongod } from '../services/mongod.ts';
import { startRedis } from '../services/redis.ts';

interface Answer {
  status: number;
  body: string;
  /** Milliseconds until the answer arrived. */
  took: number;
}

async function request(url: string, path: string, body?: object): Promise<Answer> {
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

/** Sends all kinds of requests at once. */
function requestAll(url: string, at: string): Promise<Answer[]> {
  return Promise.all([
    request(url, `/api/messages/${at}`),
    request(url, '/api/messages', { ...ada, location_id: at, content: 'lost?' }),
    request(url, `/api/rooms/${at}`),
    request(url, `/api/rooms/${at}/join`, ada),
    request(url, '/join', { ...ada, location_id: at }),
  ]);
}

test.each(['stop', 'kill'] as const)(
  'mongod after a %s: REST answers 503 within 2 s, and recovers afterwards',
  async (fault) => {
    await using mongod = await startMongod();
    await using earshot = await startPair({ env: { MONGODB_URI: mongod.url } });
    const { url } = earshot.a;
    const at = someLocationId();
    using socket = await joinLegacy(url, at, 'Ada');
    for (const { status } of await requestAll(url, at)) expect(status).toBe(200);

    await mongod[fault]();
    for (let again = 0; again < 3; again += 1) {
      for (const answer of await requestAll(url, at)) expectUnavailable(answer, 'STORE_UNAVAILABLE');
    }
    const health = await request(url, '/health');
    expect(health).toMatchObject({ status: 503, body: expect.stringContaining('store') });
    expect(health.took).toBeLessThan(2_000);
    socket.send({ type: 'Message', content: 'not stored' });
    expect(await socket.until('Error')).toMatchObject({ code: 'STORE_UNAVAILABLE' });

    await mongod.start();
    await eventually(async () => (await request(url, '/health')).status === 200, 30_000);
    for (const { status } of await requestAll(url, at)) expect(status).toBe(200);
    socket.send({ type: 'Message', content: 'back again' });
    await socket.until('NewMessage', ({ content }) => content === 'back again');
  },
);

test.each(['stop', 'pause'] as const)(
  'Redis after a %s: requests that need presence fail with 503 within 2 s, the others succeed',
  async (fault) => {
    await using redis = await startRedis();
    await using earshot = await startPair({ env: { REDIS_URL: redis.url } });
    const { url } = earshot.a;
    const at = someLocationId();
    using socket = await joinLegacy(url, at, 'Ada');
    for (const { status } of await requestAll(url, at)) expect(status).toBe(200);

    await redis[fault]();
    const [messages, sent, room, join, joinInBody] = await requestAll(url, at);
    expect(messages?.status).toBe(200);
    expect(sent?.status).toBe(200);
    for (const answer of [room, join, joinInBody]) {
      if (answer) expectUnavailable(answer, 'BROKER_UNAVAILABLE');
    }
    const health = await request(url, '/health');
    expect(health).toMatchObject({ status: 503, body: expect.stringContaining('broker') });
    expect(health.took).toBeLessThan(2_000);
    // Messages sent during the outage reach the sockets of this instance.
    await eventually(() => socket.of('NewMessage').length >= 2, 20_000);

    await redis[fault === 'stop' ? 'start' : 'resume']();
    await eventually(async () => (await request(url, '/health')).status === 200, 30_000);
    await eventually(async () => (await requestAll(url, at)).every(({ status }) => status === 200));
  },
);
