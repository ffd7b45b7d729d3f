import { expect, test } from 'vitest';
import { rawHttp } from '../resources/rawHttp.ts';
import { startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

test('metrics are served only at METRICS_PORT', async () => {
  await using earshot = await startEmbedded({ env: { METRICS_PORT: '0' } });
  const { url, metricsUrl } = earshot.a;
  expect(new URL(metricsUrl).port).not.toBe(new URL(url).port);
  using ada = stockClient(url, { username: 'Ada' });
  await ada.api.rooms.nearby.query({ location: { latitude: 1, longitude: 1 } });
  const metrics = await fetch(metricsUrl);
  expect([metrics.status, metrics.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')]);
  expect(await metrics.text()).toMatch(/^earshot_sockets 1$/m);
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
  const base = metricsUrl.replace('/metrics', '');
  for (const path of ['/', '/health', '/trpc/rooms.nearby']) {
    const answer = await fetch(`${base}${path}`);
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'NO_SUCH_PROCEDURE' }]);
  }
  expect((await fetch(metricsUrl, { method: 'POST' })).status).toBe(404);
  const rebound = await rawHttp(base, ['GET /metrics HTTP/1.1', 'Host: evil.example']);
  expect(rebound).toMatchObject({ status: 403, body: expect.stringContaining('HOST_REFUSED') });
  const foreign = await fetch(metricsUrl, { headers: { origin: 'https://evil.example' } });
  expect([foreign.status, await foreign.json()]).toMatchObject([403, { code: 'ORIGIN_REFUSED' }]);
  await earshot.a.close();
  await expect(fetch(metricsUrl)).rejects.toThrow();
});

test('without METRICS_PORT metrics are served at the main port', async () => {
  await using earshot = await startEmbedded();
  expect(earshot.a.metricsUrl).toBe(`${earshot.a.url}/metrics`);
  expect((await fetch(earshot.a.metricsUrl)).status).toBe(200);
});
