import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openPage } from '../resources/browser.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { startEmbedded } from '../resources/server.ts';

const startMonitored = () => startEmbedded({ env: { MONITOR: 'true' } });

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const entry = (page: Page, ...texts: (string | RegExp)[]) =>
  texts.reduce((rows, hasText) => rows.filter({ hasText }), page.getByRole('log').getByRole('listitem'));
const state = (page: Page) => page.locator('#state');

async function connect(page: Page, locationId: string): Promise<void> {
  await page.getByLabel('Location id').fill(locationId);
  await button(page, 'Connect').click();
  await state(page).getByText('connected', { exact: true }).waitFor();
}

test('every quick-send button sends its frame, and the log lists the answers', async () => {
  await using earshot = await startMonitored();
  const at = someLocationId();
  using bob = await joinLegacy(earshot.a.url, at, 'Bob');
  await using opened = await openPage(`${earshot.a.url}/monitor`);
  const { page } = opened;
  expect(await state(page).textContent()).toBe('not connected');
  expect(await button(page, 'Join').isDisabled()).toBe(true);
  await connect(page, at);

  await button(page, 'Message').click();
  await entry(page, 'received', 'Error', 'NOT_A_MEMBER')
    .or(entry(page, 'received', 'Error', 'UNAUTHENTICATED'))
    .waitFor();
  await button(page, 'Auth').click();
  await entry(page, 'received', 'UserJoined').waitFor();
  await button(page, 'Join').click();
  await entry(page, 'received', 'RoomJoined').waitFor();
  await entry(page, 'received', 'MessageHistory').waitFor();
  await bob.until('UserJoined', ({ username = '' }) => username.startsWith('monitor-'));
  await button(page, 'Message').click();
  await entry(page, /\d\d:\d\d:\d\d\.\d{3}/, 'received', 'NewMessage', /\d+ B/, 'Hello from the monitor').waitFor();
  await bob.until('NewMessage', ({ content }) => content === 'Hello from the monitor');
  await button(page, 'Typing').click();
  await bob.until('Typing', (frame) => frame.is_typing === true);
  await button(page, 'LocationUpdate').click();
  await entry(page, 'sent', 'LocationUpdate', '"latitude":40.7128').waitFor();
  await button(page, 'JoinLocalChat').click();
  await bob.until('UserLeft', ({ username = '' }) => username.startsWith('monitor-'));
  expect(await page.getByLabel('Editor').inputValue()).toContain('"type": "JoinLocalChat"');

  await button(page, 'Disconnect').click();
  await entry(page, 'closed: 1000').waitFor();
  expect(await state(page).textContent()).toBe('not connected');
  expect(opened.problems).toEqual([]);
});

test('the editor describes errors in the JSON, and sends valid frames', async () => {
  await using earshot = await startMonitored();
  await using opened = await openPage(`${earshot.a.url}/monitor`);
  const { page } = opened;
  const editor = page.getByLabel('Editor');
  const verdict = page.locator('#verdict');
  await connect(page, someLocationId());

  await editor.fill('{"type": "Join", ');
  expect(await verdict.textContent()).toMatch(/JSON at position \d+/);
  expect(await editor.getAttribute('aria-invalid')).toBe('true');
  expect(await button(page, 'Send').isDisabled()).toBe(true);
  await page.getByLabel('Send it even if it is not JSON').check();
  await button(page, 'Send').click();
  await entry(page, 'sent', '(not JSON)').waitFor();
  await entry(page, 'received', 'Error', 'INVALID_INPUT').waitFor();

  await editor.fill('{"data":{}}');
  expect(await verdict.textContent()).toContain('without a type');
  await editor.fill('{"type":"Join","user_id":"keys","username":"Keys"}');
  expect(await verdict.textContent()).toBe('Valid JSON.');
  await button(page, 'Format').click();
  expect(await editor.inputValue()).toBe('{\n  "type": "Join",\n  "user_id": "keys",\n  "username": "Keys"\n}');
  await editor.press('Control+Enter');
  await entry(page, 'received', 'RoomJoined').waitFor();
  expect(opened.problems).toEqual([]);
});

test('the log can be filtered, expanded, exported and cleared', async () => {
  await using earshot = await startMonitored();
  await using opened = await openPage(`${earshot.a.url}/monitor`);
  const { page } = opened;
  await connect(page, someLocationId());
  for (const type of ['Auth', 'Join', 'Message']) await button(page, type).click();
  await entry(page, 'received', 'NewMessage').waitFor();
  const all = await page.getByText(/^\d+ entries$/).textContent();

  await page.getByLabel('Show').selectOption('received');
  expect(await entry(page, 'sent').filter({ visible: true }).count()).toBe(0);
  expect(await entry(page, 'NewMessage').isVisible()).toBe(true);
  await page.getByLabel('Filter').fill('newmess');
  expect(await page.getByText(/^1 of \d+ entries$/).isVisible()).toBe(true);
  await page.getByLabel('Show').selectOption('all');
  await page.getByLabel('Filter').fill('');
  expect(await page.getByText(/^\d+ entries$/).textContent()).toBe(all);

  await entry(page, 'received', 'NewMessage').locator('summary').press('Enter');
  expect(await entry(page, 'received', 'NewMessage').locator('pre').isVisible()).toBe(true);

  const downloading = page.waitForEvent('download');
  await button(page, 'Export').click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^earshot-.+\.json$/);
  const exported: Record<string, unknown>[] = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(`${exported.length} entries`).toBe(all);
  expect(exported[0]).toMatchObject({ direction: 'note', text: expect.stringContaining('connected to ws://') });
  expect(exported.find(({ type }) => type === 'NewMessage')).toMatchObject({
    time: expect.stringMatching(/^\d{4}-/),
    direction: 'in',
    bytes: expect.any(Number),
    frame: { type: 'NewMessage', content: 'Hello from the monitor' },
  });

  await button(page, 'Clear').click();
  expect(await entry(page).count()).toBe(0);
  expect(await page.getByText('0 entries').isVisible()).toBe(true);
  expect(opened.problems).toEqual([]);
});

test('the page works by keyboard, fits a phone, and loads nothing from other hosts', async () => {
  await using earshot = await startMonitored();
  const viewport = { width: 390, height: 844 };
  await using opened = await openPage(`${earshot.a.url}/monitor`, { viewport, colorScheme: 'dark' });
  const { page } = opened;
  await page.keyboard.press('Tab');
  expect(await page.getByLabel('Location id').evaluate((input) => input === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await state(page).getByText('connected', { exact: true }).waitFor();
  for (const key of ['Tab', 'Tab', 'Tab', 'Tab', 'Enter']) await page.keyboard.press(key); // past Disconnect and Auth
  await entry(page, 'received', 'MessageHistory').waitFor();
  const { width, background } = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    background: getComputedStyle(document.body).backgroundColor,
  }));
  expect(width).toBe(390);
  expect(background).toBe('rgb(21, 25, 27)');
  const { host } = new URL(earshot.a.url);
  expect(opened.requests.filter((url) => !url.startsWith('data:') && new URL(url).host !== host)).toEqual([]);
  expect(opened.requests.length).toBeGreaterThan(5);
  expect(opened.problems).toEqual([]);
});

test('the log and its export omit tokens', async () => {
  await using earshot = await startMonitored();
  await using opened = await openPage(`${earshot.a.url}/monitor`);
  const { page } = opened;
  await connect(page, someLocationId());
  await page.getByText('Values', { exact: true }).click();
  await page.getByLabel('Token').fill('my "secret" token');
  await button(page, 'Join').click();
  await entry(page, 'sent', 'Join', '"token":"…"').waitFor();
  expect(await page.getByRole('log').textContent()).not.toContain('secret');
  expect(await page.getByLabel('Editor').inputValue()).toContain('secret'); // the editor keeps the frame for the next send
  const downloading = page.waitForEvent('download');
  await button(page, 'Export').click();
  const exported = await readFile(await (await downloading).path(), 'utf8');
  expect(exported).toContain('"token": "…"');
  expect(exported).not.toContain('secret');
  expect(opened.problems).toEqual([]);
});

test('the page exists only with MONITOR=true, and allows only its own scripts', async () => {
  await using monitored = await startMonitored();
  const page = await fetch(`${monitored.a.url}/monitor`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none';script-src 'self';/);
  expect(await page.text()).not.toMatch(/<script(?![^>]*src=)|<style|style=| on[a-z]+=/);
  expect((await fetch(`${monitored.a.url}/monitor/`)).url).toBe(`${monitored.a.url}/monitor`);
  await using unmonitored = await startEmbedded();
  for (const path of ['/monitor', '/monitor/main.js']) {
    expect((await fetch(`${unmonitored.a.url}${path}`)).status).toBe(404);
  }
});
