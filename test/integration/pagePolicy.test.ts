import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPageFolder } from '../resources/pageFolder.ts';
import { rawGet } from '../resources/rawGet.ts';
import { startEmbedded } from '../resources/server.ts';

let folder = '';
beforeAll(async () => {
  folder = await createPageFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The directives of a Content-Security-Policy by their names. */
function policyOf(response: Response): Map<string, string> {
  const text = response.headers.get('content-security-policy') ?? '';
  return new Map(
    text.split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(' ');
      return [name, sources.join(' ')];
    }),
  );
}

describe('the policy allows', () => {
  test('the page’s own files and its own server', async () => {
    await using earshot = await startEmbedded({ pageFolder: folder });
    const { host } = new URL(earshot.a.url);
    for (const target of ['/', '/assets/index-abc.js']) {
      const answer = await fetch(earshot.a.url + target);
      const policy = policyOf(answer);
      expect(Object.fromEntries(policy)).toEqual({
        'default-src': "'self'",
        'script-src': "'self'",
        'style-src': "'self'",
        'img-src': "'self' data:",
        'connect-src': `'self' ws://${host} wss://${host}`,
        'worker-src': "'self'",
        'object-src': "'none'",
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
        'require-trusted-types-for': "'script'",
        'trusted-types': 'earshot',
      });
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'permissions-policy': expect.stringContaining('geolocation=(self)'),
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  test('tiles of the configured street map, with the page’s origin as the referrer', async () => {
    const env = { MAP_TILE_URL: 'https://tiles.example:8443/osm/{z}/{x}/{y}.png', MAP_ATTRIBUTION: '© People' };
    await using earshot = await startEmbedded({ pageFolder: folder, env });
    const page = await fetch(earshot.a.url);
    const policy = policyOf(page);
    expect(policy.get('img-src')).toBe("'self' data: https://tiles.example:8443");
    expect(policy.get('connect-src')).toMatch(/ https:\/\/tiles\.example:8443$/);
    expect(policy.get('script-src')).toBe("'self'");
    expect(page.headers.get('referrer-policy')).toBe('strict-origin');
  });

  test('an invalid host is not inserted into the policy', async () => {
    await using earshot = await startEmbedded({ pageFolder: folder });
    const answer = await rawGet(earshot.a.url, { host: "evil.example;script-src 'unsafe-inline'" });
    expect(String(answer.headers['content-security-policy'])).not.toContain('evil');
    expect(String(answer.headers['content-security-policy'])).toContain("connect-src 'self' 'self';");
  });

  test('other responses keep their own policies', async () => {
    await using earshot = await startEmbedded({ pageFolder: folder, env: { MONITOR: 'true' } });
    for (const target of ['/health', '/monitor']) {
      const answer = await fetch(earshot.a.url + target);
      expect(answer.headers.get('permissions-policy')).toBeNull();
      expect(policyOf(answer).get('connect-src') ?? '').not.toContain('ws:');
    }
  });
});
