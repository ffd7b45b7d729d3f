import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../resources/dataFolder.ts';
import { httpClient } from '../resources/httpClient.ts';
import { startChat } from '../resources/process.ts';
import { startEmbedded, startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { checkedTokens, issuedTokens, signModerator, signToken } from '../resources/tokens.ts';

const place = ['52.5200', '13.4050'];
const soon = () => new Date(Date.now() + 8_000);

test('a server that checks tokens and allows guests: the name is a guest’s, after a proof of work if it requires one', async () => {
  await using earshot = await startEmbedded({ env: { ...issuedTokens, GUEST_CHALLENGE: '12' } });
  await using ada = startChat([...place, '--as', 'Ada', '--url', earshot.a.url]);
  await ada.until(/proof of work.*You are in “.*” as Ada \(guest\)/s);
  ada.type('hello');
  await ada.until(/Ada \(guest\): hello/);
  expect(await ada.end()).toBe(0);
});

test('a ban of a guest holds for the next chat on the device, from another address and after a restart of the server', async () => {
  await using data = await dataFolder();
  const env = { ...issuedTokens, TRUST_PROXY: '1', DATA_DIR: data.path };
  const device = ['--device-file', path.join(data.path, 'device')];
  const chatAs = (name: string, url: string) => startChat([...place, '--as', name, '--url', url, ...device]);
  {
    await using server = await startServer({ env });
    await using ada = chatAs('Ada', server.url);
    await ada.until(/You are in/);
    const forwarded = { 'x-forwarded-for': '203.0.113.1' };
    using mod = httpClient(server.url, { token: await signModerator('mod') }, forwarded);
    const scope = { type: 'server' } as const;
    const { users } = await mod.api.moderation.users.query({ scope, text: 'ada' });
    await mod.api.moderation.ban.mutate({ scope, userId: users[0]?.userId ?? '', reason: 'spam' });
    await ada.until(/banned.*spam/s);
  }
  await using later = await startServer({ env });
  using proxied = httpClient(later.url, {}, { 'x-forwarded-for': '203.0.113.2' });
  const id = (await readFile(path.join(data.path, 'device'), 'utf8')).trim();
  const guest = proxied.api.auth.guest.mutate({ username: 'Eve', device: id });
  await expect(guest).rejects.toMatchObject({ data: { errorCode: 'BANNED' } });
  await using eve = chatAs('Eve', later.url);
  await eve.until(/banned/);
  await using other = startChat([...place, '--as', 'Eve', '--url', later.url]);
  expect(await other.end()).toBe(1); // the address
});

test('a guest who is muted reads it once, although it holds for the address and the device too, and that it is over', async () => {
  await using earshot = await startEmbedded({ env: issuedTokens });
  await using ada = startChat([...place, '--as', 'Ada', '--url', earshot.a.url]);
  await ada.until(/You are in/);
  using mod = stockClient(earshot.a.url, { token: await signModerator('mod') });
  const scope = { type: 'server' } as const;
  const { users } = await mod.api.moderation.users.query({ scope, text: 'ada' });
  await mod.api.moderation.mute.mutate({ scope, userId: users[0]?.userId ?? '', reason: 'spam' });
  await ada.until(/you are muted: spam/);
  ada.type('may I?');
  await ada.until(/Not sent: .*muted/s);
  const sanctions = await mod.api.moderation.sanctions.query({ scope });
  expect(sanctions.map(({ subject }) => subject).sort()).toEqual(['address', 'device', 'user']);
  const mute = sanctions.find(({ subject }) => subject === 'user');
  await mod.api.moderation.lift.mutate({ sanctionId: mute?.id ?? '' });
  const output = await ada.until(/not muted any more/);
  expect(output.match(/you are muted/g)).toHaveLength(1);
  ada.type('now');
  await ada.until(/Ada \(guest\): now/);
  await ada.end();
});

test('a server without guests: the name is refused', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using ada = startChat([...place, '--as', 'Ada', '--url', earshot.a.url]);
  expect(await ada.end()).toBe(1);
});

test.each(['--token-file', '--token-command'])('%s is used again before a token ends', async (option) => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using folder = await dataFolder();
  const file = path.join(folder.path, 'token');
  await writeFile(file, `${await signToken('ada', soon())}\n`);
  const node = JSON.stringify(process.execPath);
  const command = `${node} -p "require('fs').readFileSync(process.argv[1], 'utf8')" ${JSON.stringify(file)}`;
  await using ada = startChat([...place, option, option === '--token-file' ? file : command, '--url', earshot.a.url]);
  await ada.until(/You are in/);
  using reader = stockClient(earshot.a.url, { token: await signToken('bob') });
  const [latitude = 0, longitude = 0] = place.map(Number);
  const { room } = await reader.api.rooms.join.mutate({ location: { latitude, longitude } });
  using watch = reader.watch(room.id);
  await watch.until(({ event }) => event.type === 'snapshot');
  // The same connection has the new name: it was renewed, not replaced.
  await writeFile(file, await signToken('ada', '1h', 'Ada L.'));
  await watch.until(({ event }) => event.type === 'user.renamed' && event.user.username === 'Ada L.');
  expect(await ada.end()).toBe(0);
});

test('a source without a token ends the chat with its reason; two sources are refused', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  await using ada = startChat([...place, '--token-file', '/no/such/file', '--url', earshot.a.url]);
  await ada.until(/^reading \/no\/such\/file failed: ENOENT/m);
  expect(await ada.end()).toBe(1);
  await using bob = startChat([...place, '--token-command', 'exit 3', '--url', earshot.a.url]);
  await bob.until(/^the command of --token-command failed: Command failed: exit 3/m);
  expect(await bob.end()).toBe(1);
  await using both = startChat([...place, '--token-file', 'x', '--token', 'y', '--url', earshot.a.url]);
  await both.until(/cannot be used with/);
});

test('a muted user reads why when the chat starts, and when a message is refused', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  using mod = stockClient(earshot.a.url, { token: await signModerator('mod') });
  const scope = { type: 'server' } as const;
  await mod.api.moderation.mute.mutate({ scope, userId: 'ada', reason: 'spam', lastsMs: 3_600_000 });
  await using ada = startChat([...place, '--token', await signToken('ada'), '--url', earshot.a.url]);
  await ada.until(/\* you are muted until .*: spam/);
  ada.type('hello');
  await ada.until(/Not sent: You are muted on this server until .*\. Reason: spam/);
});
