import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { httpClient } from '../../resources/httpClient.ts';
import { openBrowser, words } from '../../resources/page.ts';
import { startEmbedded } from '../../resources/server.ts';
import { issuedTokens, signModerator } from '../../resources/tokens.ts';

test('the tokens of all guests in one browser have its device, which is not its id, and a ban holds for the next one', async () => {
  await using earshot = await startEmbedded({ env: { ...issuedTokens, TRUST_PROXY: '1' } });
  await using browser = await openBrowser();
  const { page } = await browser.visit(earshot.a.url);
  const stored = (key: string) => page.evaluate((name) => JSON.parse(localStorage.getItem(name) ?? 'null'), key);
  const become = async (name: string) => {
    await page.getByLabel(words.welcome.nameLabel).fill(name);
    await page.getByRole('button', { name: words.welcome.go }).click();
  };
  await become('Grace');
  await page.getByRole('heading', { name: words.welcome.locationTitle('Grace') }).waitFor();
  const first = await stored('earshot.identity');
  const device = await stored('earshot.device');
  expect(decodeJwt(first.token).device).toMatch(/^[\w-]{22}$/);
  expect(JSON.stringify(decodeJwt(first.token))).not.toContain(device);

  using mod = httpClient(earshot.a.url, { token: await signModerator('mod') }, { 'x-forwarded-for': '203.0.113.1' });
  using elsewhere = httpClient(earshot.a.url, { token: first.token }, { 'x-forwarded-for': '203.0.113.2' });
  await elsewhere.api.auth.session.query();
  await page.evaluate(() => localStorage.removeItem('earshot.identity'));
  await page.reload();
  await become('Alan');
  await page.getByRole('heading', { name: words.welcome.locationTitle('Alan') }).waitFor();
  const second = await stored('earshot.identity');
  expect(decodeJwt(second.token).device).toBe(decodeJwt(first.token).device);
  expect(second.user.userId).not.toBe(first.user.userId);

  const userId = first.user.userId;
  await mod.api.moderation.ban.mutate({ scope: { type: 'server' }, userId, reason: 'spam', lastsMs: 600_000 });
  using third = httpClient(earshot.a.url, {}, { 'x-forwarded-for': '203.0.113.3' });
  const guest = () => third.api.auth.guest.mutate({ username: 'Eve', device }).catch((error) => error.data?.errorCode);
  await expect.poll(guest).toBe('BANNED');
});
