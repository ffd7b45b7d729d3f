import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { modulesOf } from '../resources/modulesOf.ts';
import { untilDone } from '../resources/outcome.ts';

// Tests the packages as published: built, packed, unpacked into an application's node_modules, and used there.

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const names = ['shared', 'server', 'client', 'cli'];
let app = '';
/** Packing runs beside other tests. */
const packingMs = 300_000;

beforeAll(async () => {
  await untilDone(inject('packages'), packingMs);
  app = await mkdtemp(path.join(tmpdir(), 'earshot-build-'));
  await writeFile(path.join(app, 'package.json'), '{"type":"module"}');
  for (const name of names) await install(name);
  for (const dependency of ['react-dom', '@types/react']) await link(dependency, path.join(root, 'test'));
}, packingMs + 120_000);

afterAll(() => rm(app, { recursive: true, force: true }));

/** Unpacks a package as published, and links its dependencies to those installed here. */
async function install(name: string): Promise<void> {
  const source = path.join(root, 'packages', name);
  const target = path.join(app, 'node_modules/@earshot', name);
  await mkdir(target, { recursive: true });
  await run('tar', [
    '-xzf',
    path.join(inject('packages'), `earshot-${name}.tgz`),
    '--strip-components=1',
    '-C',
    target,
  ]);
  const manifest = JSON.parse(await readFile(path.join(target, 'package.json'), 'utf8'));
  for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (!dependency.startsWith('@earshot/')) await link(dependency, source);
  }
}

/** Makes a dependency of `from` a dependency of the application. */
async function link(dependency: string, from: string): Promise<void> {
  const target = path.join(app, 'node_modules', dependency);
  await mkdir(path.dirname(target), { recursive: true });
  await symlink(path.join(from, 'node_modules', dependency), target).catch(ignoreExisting);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/** PATH without the pinned Node.js, so that the machine's own Node.js is used. */
function machinePath(): string {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.filter((folder) => !folder.includes('node_modules')).join(path.delimiter);
}

async function compile(file: string, text: string, options: object): Promise<string> {
  await writeFile(path.join(app, file), text);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'ES2022',
    module: 'NodeNext',
    typeRoots: [path.join(root, 'node_modules/@types')],
    ...options,
  };
  const config = path.join(app, `${file}.json`);
  await writeFile(config, JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = path.join(root, 'node_modules/.bin/tsc');
  return run(tsc, ['-p', config]).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

describe('@earshot/client', () => {
  test('runs on the Node.js of this machine', async () => {
    const program = `
      import { createEarshotClient, EarshotClientError, emptyTimeline, reduceTimeline } from '@earshot/client';
      const room = { id: 'r', name: 'R', place: null, createdAt: new Date(0), lastMessageAt: null, userCount: 1 };
      const event = { type: 'snapshot', room, messages: [], userCount: 1 };
      const timeline = reduceTimeline(emptyTimeline, { type: 'received', event, id: '0' });
      console.log(typeof createEarshotClient, new EarshotClientError('ROOM_FULL').message, timeline.room.name);
    `;
    await writeFile(path.join(app, 'program.js'), program);
    const { stdout } = await run('node', ['program.js'], { cwd: app, env: { ...process.env, PATH: machinePath() } });
    expect(stdout).toBe('function The room is full. R\n');
  });

  test('has one declaration file per entry point, which imports only the users’ own dependencies', async () => {
    const dist = path.join(app, 'node_modules/@earshot/client/dist');
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
    await writeFile(path.join(app, 'render.js'), program);
    const { stdout } = await run('node', ['render.js'], { cwd: app, env: { ...process.env, PATH: machinePath() } });
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
      await compile('consumer.ts', program, {
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
      await compile('consumer-react.ts', program, {
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

describe('@earshot/server and @earshot/shared', () => {
  test('are typed for users', async () => {
    const program = `
      import { type AppRouter, createServer, readConfig, type Store } from '@earshot/server';
      import { EarshotError, messageSchema, type Message, type Position } from '@earshot/shared';
      export const parse = (value: unknown): Message => messageSchema.parse(value);
      export const code = new EarshotError('ROOM_FULL').code;
      export const heads = (store: Store): Promise<Map<string, Position>> => store.heads(['a']);
      export type Router = AppRouter;
      // @ts-expect-error: not a number
      export const wrong: number = createServer;
      // @ts-expect-error: no such code
      new EarshotError('NONSENSE');
      // @ts-expect-error: not text
      export const text: string = readConfig;
    `;
    expect(
      await compile('server.ts', program, {
        lib: ['ES2024', 'ESNext.Disposable', 'DOM'],
        types: [],
        skipLibCheck: false,
      }),
    ).toBe('');
  });

  test('the built earshot command starts', async () => {
    const command = path.join(app, 'node_modules/@earshot/cli/dist/main.js');
    const { stdout } = await run(process.execPath, [command, '--help'], { cwd: app });
    expect(stdout).toContain('Usage: earshot');
  });

  test('the earshot command runs on the Node.js of this machine, or prints which version it needs', async () => {
    const options = { cwd: app, env: { ...process.env, PATH: machinePath(), PORT: 'none' } };
    const command = path.join(app, 'node_modules/@earshot/cli/dist/main.js');
    const { stdout: version } = await run('node', ['--version'], options);
    const isOld = Number(/\d+/.exec(version)?.[0]) < 24;
    const expected = isOld ? `Earshot’s server needs Node.js 24 or newer; this is ${version.trim()}.` : 'PORT: ';
    await expect(run('node', [command, 'serve'], options)).rejects.toMatchObject({
      stderr: expect.stringContaining(expected),
    });
  });

  test('the server has one file of declarations for each entry point, and the command has none', async () => {
    const declarations = async (name: string) => {
      const files = await readdir(path.join(app, `node_modules/@earshot/${name}/dist`), { recursive: true });
      return files.filter((file) => file.endsWith('.d.ts')).toSorted();
    };
    expect(await declarations('server')).toEqual([
      'config/index.d.ts',
      'index.d.ts',
      'migrate.d.ts',
      'observe/index.d.ts',
    ]);
    expect(await declarations('cli')).toEqual([]);
  });

  test('run on the Node.js of this machine, or print which version they need', async () => {
    const program = `
      import { createServer, readConfig } from '@earshot/server';
      const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: 'machine' });
      await createServer(config).then((server) => server.close()).then(() => console.log('ran'), ({ message }) => console.log(message));
    `;
    await writeFile(path.join(app, 'embed.js'), program);
    const options = { cwd: app, env: { ...process.env, PATH: machinePath() } };
    const { stdout: version } = await run('node', ['--version'], options);
    const { stdout } = await run('node', ['embed.js'], options);
    const isOld = Number(/\d+/.exec(version)?.[0]) < 24;
    expect(stdout).toBe(isOld ? `Earshot’s server needs Node.js 24 or newer; this is ${version.trim()}.\n` : 'ran\n');
  });

  test('the monitor page is included, with everything it loads', async () => {
    const monitor = path.join(app, 'node_modules/@earshot/server/dist/transport/monitor');
    const { monitorPage } = await import(path.join(monitor, 'monitorPage.js'));
    const fetchText: string[] = [];
    await monitorPage({ get: (route: string) => fetchText.push(route) });
    expect(fetchText).toEqual(expect.arrayContaining(['/monitor', '/monitor/page.css', '/monitor/main.js']));
  });

  test('the embedded store starts its writer thread', async () => {
    const { createServer, readConfig } = await import(path.join(app, 'node_modules/@earshot/server/dist/index.js'));
    const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: path.join(app, 'written') });
    const server = await createServer(config);
    try {
      const answer = await fetch(`${server.url}/trpc/rooms.join`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-earshot-username': 'ann' },
        body: JSON.stringify({ json: { location: { latitude: 1, longitude: 2 } } }),
      });
      expect(await answer.json()).toMatchObject({ result: { data: { json: { isNew: true } } } });
    } finally {
      await server.close();
    }
  });

  test('the page is included', async () => {
    const { createServer, readConfig } = await import(path.join(app, 'node_modules/@earshot/server/dist/index.js'));
    const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: path.join(app, 'data') });
    const server = await createServer(config);
    try {
      const html = await (await fetch(server.url)).text();
      const [, script] = /<script type="module" crossorigin src="([^"]+)"/.exec(html) ?? [];
      const answer = await fetch(server.url + script);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining('javascript')]);
    } finally {
      await server.close();
    }
  });
});
