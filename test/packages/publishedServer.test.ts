import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPublishedApp, machinePath, type PublishedApp, publishingMs, run } from './publishedApp.ts';

let app: PublishedApp;
beforeAll(async () => {
  app = await createPublishedApp();
}, publishingMs);
afterAll(() => app[Symbol.asyncDispose]());

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
      await app.compile('server.ts', program, {
        lib: ['ES2024', 'ESNext.Disposable', 'DOM'],
        types: [],
        skipLibCheck: false,
      }),
    ).toBe('');
  });

  test('the built earshot command starts', async () => {
    const command = path.join(app.folder, 'node_modules/@earshot/cli/dist/main.js');
    const { stdout } = await run(process.execPath, [command, '--help'], { cwd: app.folder });
    expect(stdout).toContain('Usage: earshot');
  });

  test('the earshot command runs on the Node.js of this machine, or prints which version it needs', async () => {
    const options = { cwd: app.folder, env: { ...process.env, PATH: machinePath(), PORT: 'none' } };
    const command = path.join(app.folder, 'node_modules/@earshot/cli/dist/main.js');
    const { stdout: version } = await run('node', ['--version'], options);
    const isOld = Number(/\d+/.exec(version)?.[0]) < 24;
    const expected = isOld ? `Earshot’s server needs Node.js 24 or newer; this is ${version.trim()}.` : 'PORT: ';
    await expect(run('node', [command, 'serve'], options)).rejects.toMatchObject({
      stderr: expect.stringContaining(expected),
    });
  });

  test('the server has one file of declarations for each entry point and one for the store, and the command has none', async () => {
    const declarations = async (name: string) => {
      const files = await readdir(path.join(app.folder, `node_modules/@earshot/${name}/dist`), { recursive: true });
      return files.filter((file) => file.endsWith('.d.ts')).toSorted();
    };
    expect(await declarations('server')).toEqual([
      'admin.d.ts',
      'config/index.d.ts',
      'index.d.ts',
      'migrate.d.ts',
      'observe/index.d.ts',
      'store.d.ts', // shared by two of them
    ]);
    expect(await declarations('cli')).toEqual([]);
  });

  test('run on the Node.js of this machine, or print which version they need', async () => {
    const program = `
      import { createServer, readConfig } from '@earshot/server';
      const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: 'machine' });
      await createServer(config).then((server) => server.close()).then(() => console.log('ran'), ({ message }) => console.log(message));
    `;
    await writeFile(path.join(app.folder, 'embed.js'), program);
    const options = { cwd: app.folder, env: { ...process.env, PATH: machinePath() } };
    const { stdout: version } = await run('node', ['--version'], options);
    const { stdout } = await run('node', ['embed.js'], options);
    const isOld = Number(/\d+/.exec(version)?.[0]) < 24;
    expect(stdout).toBe(isOld ? `Earshot’s server needs Node.js 24 or newer; this is ${version.trim()}.\n` : 'ran\n');
  });

  test('the monitor page is included, with everything it loads', async () => {
    const monitor = path.join(app.folder, 'node_modules/@earshot/server/dist/transport/monitor');
    const { monitorPage } = await import(path.join(monitor, 'monitorPage.js'));
    const fetchText: string[] = [];
    await monitorPage({ get: (route: string) => fetchText.push(route) });
    expect(fetchText).toEqual(expect.arrayContaining(['/monitor', '/monitor/page.css', '/monitor/main.js']));
  });

  test('the embedded store starts its writer thread', async () => {
    const { createServer, readConfig } = await import(
      path.join(app.folder, 'node_modules/@earshot/server/dist/index.js')
    );
    const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: path.join(app.folder, 'written') });
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
    const { createServer, readConfig } = await import(
      path.join(app.folder, 'node_modules/@earshot/server/dist/index.js')
    );
    const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: path.join(app.folder, 'data') });
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
