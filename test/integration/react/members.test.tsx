// @vitest-environment jsdom
import type { User } from '@earshot/client';
import type { RoomView } from '@earshot/client/react';
import { expect, test } from 'vitest';
import { openLine } from '../../resources/line.ts';
import { somewhere } from '../../resources/places.ts';
import { deployments } from '../../resources/server.ts';
import { connect, isLive, mountRoom } from './people.ts';

const names = (members: readonly User[]) => members.map(({ username }) => username);
const present =
  (...expected: string[]) =>
  ({ members }: RoomView) =>
    names(members).join() === expected.join();

test.each(deployments)('$name: members are who is present, each once', async ({ start }) => {
  await using earshot = await start();
  await using line = await openLine(earshot.a.url);
  await using ada = connect({ url: line.url, username: 'Ada' });
  await using bob = connect({ url: earshot.b.url, username: 'Bob' });
  await using bobsPhone = connect({ url: earshot.b.url, username: 'Bob' });
  await using eve = connect({ url: earshot.b.url, username: 'Eve' });
  const target = { location: somewhere() };
  using adas = mountRoom(ada, target);
  await adas.until(present('Ada'));
  const bobs = mountRoom(bob, target);
  await adas.until(present('Ada', 'Bob'));
  await bobs.until(({ members }) => members.length === 2);
  using phones = mountRoom(bobsPhone, target);
  await phones.until(isLive);
  bobs.unmount();

  line.cut();
  await adas.until(({ status }) => status === 'connecting');
  expect(present('Ada', 'Bob')(adas.view)).toBe(true);
  using eves = mountRoom(eve, target);
  await eves.until(isLive);
  phones.unmount();
  line.mend();
  await adas.until(present('Ada', 'Eve'));
  await eves.until(({ members }) => members.length === 2);
  expect(adas.views.all.every(({ members }) => new Set(names(members)).size === members.length)).toBe(true);
});
