// @vitest-environment jsdom
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Location } from '@earshot/client';
import { fireEvent, render, within } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { north, somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { LocalChat } from './LocalChat.tsx';
import { connect } from './mountRoom.ts';

beforeEach(() => {
  vi.stubGlobal('WebSocket', WebSocket);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** The page of one user. */
function open(props: { url: string; username: string; location: Location }) {
  const page = render(
    <StrictMode>
      <LocalChat {...props} />
    </StrictMode>,
    { container: document.body.appendChild(document.createElement('div')) },
  );
  const seen = within(page.container);
  return {
    ...seen,
    write: (text: string) => fireEvent.change(seen.getByLabelText('Message'), { target: { value: text } }),
    send: () => fireEvent.click(seen.getByText('Send')),
    timeline: () => seen.getByLabelText('Messages').textContent,
    [Symbol.dispose]: page.unmount,
  };
}

test('the example of docs/react.md is this component', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/react.md'), 'utf8');
  const [, code] = /```tsx\n(import .*?)```/s.exec(page) ?? [];
  expect(code).toBe(await readFile(join(import.meta.dirname, 'LocalChat.tsx'), 'utf8'));
});

test('two users chat in it', async () => {
  await using earshot = await startEmbedded();
  const location = somewhere();
  const { url } = earshot.a;
  {
    using ada = open({ url, username: 'Ada', location });
    await ada.findByText('1 here');
    using bob = open({ url, username: 'Bob', location: north(location, 800) });
    await ada.findByText('2 here');
    expect(within(await ada.findByLabelText('Present')).getAllByRole('listitem')).toHaveLength(2);

    bob.write('Is anybody in earshot?');
    await ada.findByText('Bob is typing …');
    bob.send();
    await ada.findByText('Is anybody in earshot?');
    await expect.poll(bob.timeline).toBe('Bob Is anybody in earshot?');
    expect(ada.queryByText('Bob is typing …')).toBeNull();
  }
  await expect.poll(() => earshot.a.stats()).toMatchObject({ sockets: 0, watchers: 0 });
});

test('a failed message can be sent again', async () => {
  await using earshot = await startEmbedded();
  const location = somewhere();
  await using phone = connect({ url: earshot.a.url, username: 'Ada' });
  using ada = open({ url: earshot.a.url, username: 'Ada', location });
  await ada.findByText('1 here');
  const { room } = await phone.watchRoom({ location });
  await phone.trpc.rooms.leave.mutate({ roomId: room.id });
  ada.write('Hello?');
  ada.send();
  const again = await ada.findByText('Try again');
  expect(ada.getByText('Join the room first.', { selector: 'i' })).toBeDefined();
  await phone.trpc.rooms.join.mutate({ roomId: room.id });
  fireEvent.click(again);
  await expect.poll(ada.timeline).toBe('Ada Hello?');
});

test('a click loads older messages', async () => {
  await using earshot = await startEmbedded();
  const location = somewhere();
  await using bob = connect({ url: earshot.a.url, username: 'Bob' });
  const { room } = await bob.trpc.rooms.join.mutate({ location });
  for (let i = 1; i <= 51; i += 1) await bob.trpc.messages.send.mutate({ roomId: room.id, content: `message ${i}` });
  using ada = open({ url: earshot.a.url, username: 'Ada', location });
  await ada.findByText('message 51');
  expect(ada.queryByText('message 1')).toBeNull();
  fireEvent.click(ada.getByText('Older messages'));
  await ada.findByText('message 1');
  expect(ada.queryByText('Older messages')).toBeNull();
});
