import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect } from '../resources/collect.ts';
import { buildImage, environmentOf, inside, type Stage } from './imageBuild.ts';

// Builds and starts the Dockerfile's image without a container engine: its commands run on this machine, on the files that
// .dockerignore includes, and the server runs as the image's user, who can write only to /data.

const run = promisify(execFile);
const repository = path.resolve(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;
let folder = '';
let image: Stage;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'earshot-image-'));
  await chmod(folder, 0o755); // the image's user can enter it
  image = await buildImage({ context: repository, folder });
  if (!isRoot) await run('chmod', ['-R', 'a-w', inside(image, '/app')]);
}, 300_000);

afterAll(async () => {
  if (!isRoot) await run('chmod', ['-R', 'u+w', folder]);
  await rm(folder, { recursive: true, force: true });
});

/** The user of the image. Only root can start processes as another user; otherwise the user who runs the tests is used. */
function user(): { uid: number; gid: number } | undefined {
  const [uid, gid] = image.user.split(':').map(Number);
  return isRoot && uid !== undefined && gid !== undefined ? { uid, gid } : undefined;
}

function environment(settings: Record<string, string>): Record<string, string> {
  const own = environmentOf(image);
  return { ...own, HOME: '/', DATA_DIR: inside(image, own.DATA_DIR ?? ''), ...settings };
}

interface Container extends AsyncDisposable {
  url: string;
  /** Runs the health check. Resolves to its exit code. */
  health(): Promise<number>;
  /** Resolves to the exit code. */
  stop(): Promise<number>;
}

/** Starts the image with these settings; resolves when the server listens. */
async function start(settings: Record<string, string>): Promise<Container> {
  const [program = '', ...args] = [...image.entrypoint, ...image.command];
  const cwd = inside(image, '.');
  const child = spawn(program, args, { cwd, env: environment({ PORT: '0', ...settings }), ...user() });
  const exited = once(child, 'close');
  const printed = collect<string>();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
      printed.push(output);
    });
  }
  void exited.then(() => printed.end());
  const pattern = /listens on \S+:(\d+)/;
  const ready = await Promise.race([printed.until((text) => pattern.test(text), 30_000), exited.then(() => '')]);
  const port = pattern.exec(ready)?.[1];
  if (port === undefined) throw new Error(`The server did not start:\n${output}`);
  return {
    url: `http://127.0.0.1:${port}`,
    health: async () => {
      const [check = '', ...checkArgs] = image.health;
      const [code] = await once(spawn(check, checkArgs, { cwd, env: environment({ PORT: port }), ...user() }), 'exit');
      return code;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function call(url: string, token: string, procedure: string, input: object) {
  const answer = await fetch(`${url}/trpc/${procedure}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== '' && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ json: input }),
  });
  const { result, error } = await answer.json();
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return result.data.json;
}

test('its base is the Node.js of the tests; it starts as an unprivileged user and receives signals directly', async () => {
  const manifest = JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8'));
  expect(image.base).toBe(`node:${manifest.devDependencies.node}-slim`);
  expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(image.entrypoint[0]).toBe('node');
  expect(image).toMatchObject({ volumes: ['/data'], ports: ['3001'], env: { NODE_ENV: 'production' } });
  expect(image.labels).toMatchObject({ 'org.opencontainers.image.licenses': 'MIT' });
});

test('it serves the page and a room on its own volume, and shuts down gracefully', async () => {
  await using container = await start({
    JWT_SECRET: 'a secret that only the tests know, 32 characters',
    ALLOW_GUESTS: 'true',
  });
  const { url } = container;
  expect(await (await fetch(`${url}/health`)).text()).toBe('OK');
  const page = await (await fetch(url)).text();
  const [, script = ''] = /<script type="module" crossorigin src="([^"]+)"/.exec(page) ?? [];
  expect((await fetch(url + script)).headers.get('content-type')).toContain('javascript');

  const { token } = await call(url, '', 'auth.guest', { username: 'Ada' });
  const { room } = await call(url, token, 'rooms.join', { location: { latitude: 52.52, longitude: 13.405 } });
  const sent = await call(url, token, 'messages.send', { roomId: room.id, content: 'hello', clientMessageId: 'a' });
  expect(sent).toMatchObject({ content: 'hello' });

  expect(await container.health()).toBe(0);
  const began = performance.now();
  expect(await container.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(await container.health()).toBe(1);
});

test('without a key it starts only if unchecked names are allowed explicitly', async () => {
  await expect(start({})).rejects.toThrow('set ALLOW_OPEN_AUTH=true');
  await using container = await start({ ALLOW_OPEN_AUTH: 'true' });
  expect(await container.health()).toBe(0);
});

test('its user can write only to the volume', async () => {
  const { stdout } = await run('find', ['.', '-writable', '!', '-type', 'l'], { cwd: image.root, ...user() });
  expect(stdout.split('\n').filter((file) => file !== '' && !file.startsWith('./data'))).toEqual(
    isRoot ? [] : expect.not.arrayContaining([expect.stringMatching(/^\.\/app/)]),
  );
  expect(stdout).toContain('./data\n');
});

test('it contains the server, its page and their dependencies, and nothing else', async () => {
  const { stdout } = await run('find', ['.', '!', '-type', 'd'], { cwd: image.root, maxBuffer: 2 ** 24 });
  const files = stdout.split('\n').filter((file) => file !== '' && !file.startsWith('./data/'));
  const own = files.filter((file) => !file.includes('/node_modules/'));
  const kinds = new Set(
    own.map((file) =>
      file
        .split('/')
        .slice(1, 5)
        .join('/')
        .replace(/[^/]+\.\w+$/, '*'),
    ),
  );
  expect(
    [...kinds].filter((kind) => !/^app\/packages\/(cli|client|server|shared)\/(src|page)(\/|$)/.test(kind)).sort(),
  ).toEqual([
    'app/*',
    'app/LICENSE',
    'app/packages/cli/*',
    'app/packages/client/*',
    'app/packages/server/*',
    'app/packages/shared/*',
    'usr/local/bin/node',
  ]);
  expect(own.filter((file) => /\.test\.tsx?$|\/test[A-Z]\w*\.ts$|\.env|\.git\/|\.pem$|\.key$/.test(file))).toEqual([]);
  expect(
    files.filter((file) => /\/\.pnpm\/(@typescript\+|typescript@|node@|vite|react|vitest|@biomejs)/.test(file)),
  ).toEqual([]);
  const { stdout: size } = await run('du', ['-sk', inside(image, '/app')]);
  expect(Number.parseInt(size, 10)).toBeLessThan(60 * 1024); // KiB
});
