import { limits } from '@earshot/shared';
import { expect, test } from 'vitest';
import { databaseSite } from '../resources/backups.ts';
import { openFlakyProxy } from '../resources/flakyProxy.ts';
import { startChat } from '../resources/process.ts';
import { deployments, startEmbedded, startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

test.each(deployments)('$name: two terminals 800 m apart chat', async ({ start }) => {
  await using earshot = await start();
  await using ada = startChat(['52.5200', '13.4050', '--as', 'Ada', '--url', earshot.a.url]);
  ada.type('is anybody here?');
  await ada.until(/Ada: is anybody here\?/);
  await using bob = startChat(['52.5272', '13.4050', '--as', 'Bob', '--url', earshot.b.url]);
  await bob.until(/Ada: is anybody here\?\n— 2 people here —/);
  await ada.until(/\* Bob joined \(2 people\)/);
  bob.type('yes');
  await ada.until(/Bob: yes/);
  bob.type('/who');
  await bob.until(/Here: Ada, Bob|Here: Bob, Ada/);
  // Results for a map cell are shared for a second, so counts may be that old.
  const asking = setInterval(() => bob.type('/near'), 300);
  await bob.until(/→ Mitte, Berlin, within 1 km, 2 people/).finally(() => clearInterval(asking));
  bob.type('/dance');
  await bob.until(/Unknown command \/dance/);
  bob.type('/quit');
  expect(await bob.end()).toBe(0);
  await ada.until(/\* Bob left \(1 person\)/);
  ada.type('what is piped is sent before the end');
  expect(await ada.end()).toBe(0);
  using reader = stockClient(earshot.a.url, { username: 'Ada' });
  const { room } = await reader.api.rooms.join.mutate({ location: { latitude: 52.52, longitude: 13.405 } });
  const { messages } = await reader.api.messages.history.query({ roomId: room.id });
  expect(messages.at(-1)?.content).toBe('what is piped is sent before the end');
});

test.each(deployments)('$name: /title and /topic describe the room, for its maker only', async ({ start }) => {
  await using earshot = await start();
  await using ada = startChat(['52.5200', '13.4050', '--as', 'Ada', '--url', earshot.a.url]);
  await ada.until(/1 person here/);
  await using bob = startChat(['52.5200', '13.4050', '--as', 'Bob', '--url', earshot.b.url]);
  await bob.until(/2 people here/);
  ada.type('/title Chess  club');
  for (const chat of [ada, bob]) await chat.until(/\* this room is “Chess club”\n/);
  ada.type('/topic Every Friday');
  for (const chat of [ada, bob]) await chat.until(/\* this room is “Chess club”: Every Friday\n/);
  bob.type('/title Mine');
  bob.type('/topic');
  await bob.until(/(Not changed: Only the user who made the room, and moderators, can do that\.\n){2}/);
  ada.type(`/title ${'x'.repeat(limits.titleChars + 1)}`);
  await ada.until(/Not changed: .*60/);
  ada.type('/title');
  for (const chat of [ada, bob]) await chat.until(/\* this room is “Mitte, Berlin”: Every Friday\n/);
  ada.type('/topic  ');
  for (const chat of [ada, bob]) await chat.until(/\* this room is “Mitte, Berlin”\n/);
  ada.type('/titles');
  await ada.until(/Unknown command \/titles/);
  ada.type('/help');
  await ada.until(/Unknown command.*\n.*\/title TEXT/);
  expect(await ada.end()).toBe(0);
});

test('a lost connection is reported, and messages typed meanwhile are sent once', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = startChat(['1', '2', '--as', 'Ada', '--url', proxy.url]);
  await ada.until(/1 person here/);
  proxy.cut();
  await ada.until(/is unreachable/);
  ada.type('said while away');
  await ada.until(/said while away \(waiting for the connection\)/);
  proxy.mend();
  await ada.until(/— connected —.*Ada: said while away/s);
  expect(await ada.end()).toBe(0);
});

test('southern and western coordinates are accepted as arguments', async () => {
  await using earshot = await startEmbedded();
  await using ada = startChat(['-33.87', '-151.21', '--as', 'Ada', '--url', earshot.a.url]);
  await ada.until(/“-33\.87, -151\.20”/);
  expect(await ada.end()).toBe(0);
});

test('the name of a place is accepted for coordinates', async () => {
  await using earshot = await startEmbedded();
  await using ada = startChat(['Prenzlauer', 'Berg', '--as', 'Ada', '--url', earshot.a.url]);
  await ada.until(/Prenzlauer Berg, Berlin, Germany \(52\.5\d 13\.4\d\)\..*“Prenzlauer Berg, Berlin”/s);
  expect(await ada.end()).toBe(0);
});

test('a full room is reported once while the command waits, and /quit works', async () => {
  await using earshot = await startEmbedded({ env: { ROOM_CAPACITY: '1' } });
  await using ada = startChat(['1', '2', '--as', 'Ada', '--url', earshot.a.url]);
  await ada.until(/1 person here/);
  await using bob = startChat(['1', '2', '--as', 'Bob', '--url', earshot.a.url]);
  await bob.until(/— The room is full\. Retrying\. —/);
  await using eve = startChat(['1', '2', '--as', 'Eve', '--url', earshot.a.url]);
  await eve.until(/The room is full/);
  eve.type('/quit');
  expect(await eve.end()).toBe(0);
  ada.type('/quit');
  expect(await ada.end()).toBe(0);
  const printed = await bob.until(/1 person here/);
  expect(printed.match(/The room is full/g)).toHaveLength(1);
});

test('the command waits for a server that starts later', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  proxy.cut();
  await using ada = startChat(['1', '2', '--as', 'Ada', '--url', proxy.url]);
  ada.type('hello?');
  const ended = ada.end();
  await ada.until(/is unreachable/);
  proxy.mend();
  await ada.until(/— connected —.*Ada: hello\?/s);
  expect(await ended).toBe(0);
});

test('a rejection is printed as a sentence', async () => {
  await using earshot = await startEmbedded({ env: { JWT_SECRET: 's'.repeat(32) } });
  await using ada = startChat(['1', '2', '--as', 'Ada', '--url', earshot.a.url]);
  await ada.until(/Not authenticated/);
  expect(await ada.end()).toBe(1);
});

test('chat uses PORT, as the server does', async () => {
  await using earshot = await startEmbedded();
  await using ada = startChat(['1', '2', '--as', 'Ada'], { PORT: new URL(earshot.a.url).port });
  await ada.until(/1 person here/);
  expect(await ada.end()).toBe(0);
});

test('chat prints the server’s address and how to choose another one', async () => {
  await using earshot = await startEmbedded();
  const { port } = new URL(earshot.a.url);
  await earshot[Symbol.asyncDispose]();
  await using ada = startChat(['1', '2', '--as', 'Ada'], { PORT: port });
  await ada.until(new RegExp(`http://127.0.0.1:${port} is unreachable .*--url`));
});

test('an invalid PORT is reported in one sentence', async () => {
  await using ada = startChat(['1', '2'], { PORT: '0' });
  await ada.until(/PORT: 0 takes any free port/);
  expect(await ada.end()).toBe(1);
});

test('messages lost by a restored backup do not prevent the command from exiting', async () => {
  await using site = await databaseSite();
  await using server = await startServer({ env: site.env });
  await using ada = startChat(['1', '2', '--as', 'Ada', '--url', server.url]);
  ada.type('kept');
  await ada.until(/Ada: kept/);
  const restore = await site.backUp();
  ada.type('lost');
  await ada.until(/Ada: lost/);
  await restore();
  await ada.until(/these are the newest —\n.*Ada: kept/);
  expect(await ada.end()).toBe(0);
});
