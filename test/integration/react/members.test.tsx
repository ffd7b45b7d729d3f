// @vitest-environment jsdom
import type { User } from '@earshot/client';
import type { RoomView } from '@earshot/client/react';
import { expect, test } from 'vitest';
import { openFlakyProxy } from '../../resources/flakyProxy.ts';
import { somewhere } from '../../resources/places.ts';
import { deployments } from '../../resources/server.ts';
import { connect, isLive, mountRoom } from './mountRoom.ts';

const names = (members: readonly User[]) => members.map(({ username }) => username);
const present =
  (...expected: string[]) =>
  ({ present }: RoomView) =>
    names(present).join() === expected.join();

test.each(deployments)('$name: the list has every present user once', async ({ start }) => {
  await using earshot = await start();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = connect({ url: proxy.url, username: 'Ada' });
  await using bob = connect({ url: earshot.b.url, username: 'Bob' });
  await using bobsPhone = connect({ url: earshot.b.url, username: 'Bob' });
  await using eve = connect({ url: earshot.b.url, username: 'Eve' });
  const target = { location: somewhere() };
  using adasRoom = mountRoom(ada, target);
  await adasRoom.until(present('Ada'));
  const bobsRoom = mountRoom(bob, target);
  await adasRoom.until(present('Ada', 'Bob'));
  await bobsRoom.until(({ present }) => present.length === 2);
  using phones = mountRoom(bobsPhone, target);
  await phones.until(isLive);
  bobsRoom.unmount();

  proxy.cut();
  await adasRoom.until(({ status }) => status === 'connecting');
  expect(present('Ada', 'Bob')(adasRoom.view)).toBe(true);
  using evesRoom = mountRoom(eve, target);
  await evesRoom.until(isLive);
  phones.unmount();
  proxy.mend();
  await adasRoom.until(present('Ada', 'Eve'));
  await evesRoom.until(({ present }) => present.length === 2);
  expect(adasRoom.views.all.every(({ present }) => new Set(names(present)).size === present.length)).toBe(true);
});
