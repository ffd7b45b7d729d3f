// @vitest-environment jsdom
import type { User } from '@earshot/client';
import type { RoomView } from '@earshot/client/react';
import { expect, test } from 'vitest';
import { openFlakyProxy } from '../../resources/flakyProxy.ts';
import { somewhere } from '../../resources/places.ts';
import { deployments } from '../../resources/server.ts';
import { connect, isLive, mountRoom } from './people.ts';

const names = (members: readonly User[]) => members.map(({ username }) => username);
const present =
  (...expected: string[]) =>
  ({ present }: RoomView) =>
    names(present).join() === expected.join();

test.each(deployments)('$name: members are who is present, each once', async ({ start }) => {
  await using earshot = await start();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = connect({ url: proxy.url, username: 'Ada' });
  await using bob = connect({ url: earshot.b.url, username: 'Bob' });
  await using bobsPhone = connect({ url: earshot.b.url, username: 'Bob' });
  await using eve = connect({ url: earshot.b.url, username: 'Eve' });
  const target = { location: somewhere() };
  using adas = mountRoom(ada, target);
  await adas.until(present('Ada'));
  const bobs = mountRoom(bob, target);
  await adas.until(present('Ada', 'Bob'));
  await bobs.until(({ present }) => present.length === 2);
  using phones = mountRoom(bobsPhone, target);
  await phones.until(isLive);
  bobs.unmount();

  proxy.cut();
  await adas.until(({ status }) => status === 'connecting');
  expect(present('Ada', 'Bob')(adas.view)).toBe(true);
  using eves = mountRoom(eve, target);
  await eves.until(isLive);
  phones.unmount();
  proxy.mend();
  await adas.until(present('Ada', 'Eve'));
  await eves.until(({ present }) => present.length === 2);
  expect(adas.views.all.every(({ present }) => new Set(names(present)).size === present.length)).toBe(true);
});
