import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modulesOf } from '../resources/modulesOf.ts';
import { createPublishedApp, machinePath, type PublishedApp, publishingMs, run } from './publishedApp.ts';

let app: PublishedApp;
beforeAll(async () => {
  app = await createPublishedApp();
}, publishingMs);
afterAll(() => app[Symbol.asyncDispose]());

describe('@earshot/client', () => {
  test('runs on the Node.js of this machine', async () => {
    const program = `
      import { createEarshotClient, EarshotClientError, emptyTimeline, reduceTimeline } from '@earshot/client';
      const room = { id: 'r', name: 'R', title: null, topic: null, ownerId: null, area: null, place: null, createdAt: new Date(0), lastMessageAt: null, userCount: 1 };
      const event = { type: 'snapshot', room, messages: [], userCount: 1 };
      const timeline = reduceTimeline(emptyTimeline, { type: 'received', event, id: '0' });
      console.log(typeof createEarshotClient, new EarshotClientError('ROOM_FULL').message, timeline.room.name);
    `;
    await writeFile(path.join(app.folder, 'program.js'), program);
    const { stdout } = await run('node', ['program.js'], {
      cwd: app.folder,
      env: { ...process.env, PATH: machinePath() },
    });
    expect(stdout).toBe('function The server answered ROOM_FULL. R\n');
  });

  test('has one declaration file per entry point, which imports only the users’ own dependencies', async () => {
    const dist = path.join(app.folder, 'node_modules/@earshot/client/dist');
    const declarations = (await readdir(dist, { recursive: true })).filter((file) => file.endsWith('.d.ts'));
    expect(declarations.toSorted()).toEqual(['index.d.ts', 'react/index.d.ts']);
    expect(await importsOf(path.join(dist, 'index.d.ts'))).toEqual(new Set());
    expect(await importsOf(path.join(dist, 'react/index.d.ts'))).toEqual(
      new Set(['../index.js', 'react', '@tanstack/react-query']),
    );
  });

  test('renders its React bindings on a server', async () => {
    const program = `
      import { EarshotProvider, useRoom } from '@earshot/client/react';
      import { createElement } from 'react';
      import { renderToString } from 'react-dom/server';
      const Room = () => useRoom({ roomId: 'here' }).status;
      console.log(renderToString(createElement(EarshotProvider, { client: null }, createElement(Room))));
    `;
    await writeFile(path.join(app.folder, 'render.js'), program);
    const { stdout } = await run('node', ['render.js'], {
      cwd: app.folder,
      env: { ...process.env, PATH: machinePath() },
    });
    expect(stdout).toBe('joining\n');
  });

  test('is fully typed for users with the strictest settings', async () => {
    const program = `
      import { createEarshotClient, type Message, type RoomEvent } from '@earshot/client';
      const client = createEarshotClient({ url: 'http://localhost:3001', username: 'ann' });
      const message = await client.trpc.messages.send.mutate({ roomId: 'here', content: 'hi' });
      const same: Message = message;
      const sentAt: Date = same.timestamp;
      const { rooms } = client.trpc;
      const joined = await rooms.join.mutate({ location: { latitude: 1, longitude: 2 } });
      joined.room.place?.latitude.toFixed(1);
      const describe = (event: RoomEvent): string => (event.type === 'user.joined' ? event.user.username : event.type);
      rooms.watch.subscribe({ roomId: 'here' }, { onData: ({ id, data }) => void [id.length, describe(data)] });

      // @ts-expect-error: content is missing
      await client.trpc.messages.send.mutate({ roomId: 'here' });
      // @ts-expect-error: content is text
      await client.trpc.messages.send.mutate({ roomId: 'here', content: 7 });
      // @ts-expect-error: there is no such field
      message.nonsense;
      // @ts-expect-error: there is no such procedure
      client.trpc.messages.nonsense;
      // @ts-expect-error: there is no such event
      const odd = (event: RoomEvent) => event.type === 'nonsense';
      // @ts-expect-error: a token and a name are too much
      createEarshotClient({ url: '', token: '', username: '' });
      export { sentAt, odd };
    `;
    const strictest = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false };
    expect(
      await app.compile('consumer.ts', program, {
        lib: ['ES2022', 'DOM', 'DOM.Iterable'],
        types: [],
        ...strictest,
      }),
    ).toBe('');
  });

  test('has fully typed React bindings', async () => {
    const program = `
      import type { EarshotClient, Message } from '@earshot/client';
      import { EarshotProvider, type RoomView, useNearbyRooms, useRoom } from '@earshot/client/react';
      import { createElement, type ReactElement } from 'react';
      export function Room(): ReactElement {
        const room: RoomView = useRoom({ roomId: 'here' }, { history: 10 });
        const sent: Promise<Message> = room.send('hi');
        const { rooms } = useNearbyRooms({ location: { latitude: 1, longitude: 2 } });
        const code = room.error?.code === 'ROOM_FULL';
        return createElement('p', { hidden: code }, room.messages[0]?.content, rooms[0]?.distance.toFixed(), String(sent));
      }
      export const page = (client: EarshotClient) => createElement(EarshotProvider, { client }, createElement(Room));

      // @ts-expect-error: there is no such status
      export const odd = (room: RoomView) => room.status === 'nonsense';
      // @ts-expect-error: a place has two numbers
      useRoom({ location: { latitude: 1 } });
      // @ts-expect-error: what is shown is not to be changed
      export const change = (room: RoomView) => room.messages.push();
      // @ts-expect-error: a client is needed
      createElement(EarshotProvider, {});
    `;
    expect(
      await app.compile('consumer-react.ts', program, {
        lib: ['ES2022', 'DOM', 'DOM.Iterable'],
        types: [],
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
      }),
    ).toBe('');
  });
});

test.each([
  ["import type { A } from 'a'; export type { B } from 'b'; export * from 'c';", ['a', 'b', 'c']],
  ["export declare const a: import('a').A<typeof import('b')>;", ['a', 'b']],
  ["import a = require('a'); export = a;", ['a']],
  ['/// <reference types="a" />\n/// <reference path=\'./b.d.ts\' />\nexport {};', ['a', './b.d.ts']],
  ['export type Direction = "from" | "to"; export type Way = "import" | "export";', []],
  ["// from 'a'\n/** import('b') */\nexport declare const text: \"import 'c'\";", []],
])('the imports of %s', (text, modules) => expect(modulesOf(text)).toEqual(new Set(modules)));

async function importsOf(file: string): Promise<Set<string>> {
  return modulesOf(await readFile(file, 'utf8'));
}
