import { expect, test } from 'vitest';
import { openBrowser, words } from '../../resources/page.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';

test('the first load requests nothing from other hosts, and violates no policy', async () => {
  await using earshot = await startEmbedded();
  await using browser = await openBrowser();
  const position = somewhere();
  const ada = await browser.visit(earshot.a.url, { position });
  const { page } = ada;
  await page.getByLabel(words.welcome.nameLabel).fill('Ada');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: words.welcome.share }).click();
  await page.getByRole('button', { name: words.radar.create, exact: true }).click();
  await page.getByRole('textbox', { name: words.room.composerLabel('') }).fill('Hello');
  await page.keyboard.press('Enter');
  await page.getByRole('article').filter({ hasText: 'Hello' }).waitFor();

  const { host } = new URL(page.url());
  expect(ada.requests.filter((url) => new URL(url).host !== host)).toEqual([]);
  expect(ada.requests.length).toBeGreaterThan(5);
  expect(ada.problems).toEqual([]);
});

test('the policy allows only the page’s own scripts', async () => {
  await using earshot = await startEmbedded();
  const response = await fetch(earshot.a.url);
  const html = await response.text();
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/);
  const policy = new Map(
    (response.headers.get('content-security-policy') ?? '').split(';').map((directive) => {
      const [name = '', ...sources] = directive.trim().split(/\s+/);
      return [name, sources] as const;
    }),
  );
  expect(policy.get('default-src')).toEqual(["'self'"]);
  expect(policy.get('script-src') ?? ["'self'"]).toEqual(["'self'"]);
  expect([...policy.values()].flat().filter((source) => /unsafe|^\*|^https?:$/.test(source))).toEqual([]);

  await using browser = await openBrowser();
  const { page, problems } = await browser.visit(earshot.a.url);
  await page.getByLabel(words.welcome.nameLabel).waitFor();
  const injection = page.evaluate(() => document.body.setAttribute('onclick', 'document.title = "broken in"'));
  await expect(injection).rejects.toThrow('TrustedScript');
  await page.evaluate(() => fetch('https://elsewhere.example/').catch(() => {}));
  await expect.poll(() => problems.join('\n')).toMatch(/against the policy: connect-src https:\/\/elsewhere/);
});
