import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asEarshotError, createEarshotClient } from '@earshot/client';
import { EventSource } from 'eventsource';
import { expect, test } from 'vitest';
import { type Collected, collect, eventually } from '../resources/collect.ts';
import { somewhere } from '../resources/places.ts';
import { startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

// Runs the examples of docs/architecture.md unchanged.

const testFolder = join(import.meta.dirname, '..');
const page = await readFile(join(testFolder, '../docs/architecture.md'), 'utf8');
const secret = 'a secret of at least thirty-two bytes';

function example(mark: string): string {
  const found = [...page.matchAll(/```ts\n(.*?)```/gs)]
    .map(([, code = '']) => code)
    .filter((code) => code.includes(mark));
  if (found.length !== 1) throw new Error(`docs/architecture.md has ${found.length} examples with ${mark}`);
  return found[0] ?? '';
}

/** Code of a function that returns a token of Ada's with the next of these lifetimes in seconds. The server accepts it for five seconds
 * more. */
const tokens = (...lifetimes: number[]) => `
  import { SignJWT } from 'jose';
  const lifetimes = ${JSON.stringify(lifetimes)};
  function getToken() {
    const seconds = lifetimes.length > 1 ? lifetimes.shift() : lifetimes[0];
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ada')
      .setExpirationTime(new Date(Date.now() + seconds * 1_000))
      .sign(new TextEncoder().encode('${secret}'));
  }`;

interface Program extends AsyncDisposable {
  printed: Collected<string>;
}

/** Runs the example and then `code` in a separate process. */
function run(example: string, url: string, ...code: string[]): Program {
  const here = example.replace('ws://127.0.0.1:3001', url.replace('http', 'ws')).replace('http://127.0.0.1:3001', url);
  const program = [here, ...code].join('\n');
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    cwd: testFolder, // from where the packages are found
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = collect<string>();
  const exited = once(child, 'exit').then(() => printed.end());
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      for (const line of String(chunk).split('\n')) if (line !== '') printed.push(line);
    });
  }
  const stop = async () => {
    child.kill();
    await exited;
  };
  return { printed, [Symbol.asyncDispose]: stop };
}

test('a stock client over WebSocket keeps its watch when its token expires, and misses nothing', async () => {
  await using earshot = await startEmbedded({ env: { JWT_SECRET: secret, ALLOW_GUESTS: 'true' } });
  const { url } = earshot.a;
  using unidentified = stockClient(url, {});
  using bob = stockClient(url, { token: (await unidentified.api.auth.guest.mutate({ username: 'Bob' })).token });
  const roomId = (await bob.api.rooms.join.mutate({ location: somewhere() })).room.id;
  const say = (content: string) => bob.api.messages.send.mutate({ roomId, content });
  const watch = `
    await api.rooms.join.mutate({ roomId: '${roomId}' });
    api.rooms.watch.subscribe({ roomId: '${roomId}' }, {
      onData: ({ data }) => console.log(data.type, data.message?.content ?? ''),
      onError: (error) => console.log('ended', error.message),
    });`;
  await using ada = run(example('wsLink({'), url, tokens(-3, 600), watch);
  const { printed } = ada;
  await printed.until((line) => line.startsWith('snapshot'), 30_000);
  await say('before');
  await printed.until((line) => line === 'message.created before');
  const expired = async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return Number(/^earshot_errors_total{code="TOKEN_EXPIRED"} (\d+)$/m.exec(metrics)?.[1] ?? 0);
  };
  await eventually(async () => (await expired()) > 0);
  await say('meanwhile');
  await printed.until((line) => line === 'message.created meanwhile', 20_000);
  await say('after');
  await printed.until((line) => line === 'message.created after');
  const messageLines = printed.all.filter((line) => !line.startsWith('user.'));
  expect(messageLines.slice(1)).toEqual(
    ['before', 'meanwhile', 'after'].map((content) => `message.created ${content}`),
  );
  expect(await expired()).toBeLessThan(3); // it does not resubscribe in a tight loop
});

test('a stock client over HTTP splits many calls into URLs that the server accepts', async () => {
  await using earshot = await startEmbedded({ env: { JWT_SECRET: secret } });
  const { url } = earshot.a;
  const ask = `
    const ids = Array.from({ length: 300 }, (_, i) => String(i).padStart(120, '€'));
    const answers = await Promise.allSettled(ids.map((roomId) => api.rooms.get.query({ roomId })));
    console.log([...new Set(answers.map(({ reason }) => reason.data?.errorCode ?? reason.message))].join());`;
  const documented = example('httpBatchLink({');
  await using bounded = run(documented, url, tokens(600), ask);
  expect(await bounded.printed.until(() => true, 30_000)).toBe('ROOM_NOT_FOUND');
  await using unbounded = run(documented.replace(/ +maxURLLength: .*\n/, ''), url, tokens(600), ask);
  expect(await unbounded.printed.until(() => true, 30_000)).not.toBe('ROOM_NOT_FOUND');
});

test('Earshot’s client bounds the length of its URLs', async () => {
  await using earshot = await startEmbedded();
  const addresses: string[] = [];
  const ada = createEarshotClient({
    ...{ url: earshot.a.url, username: 'Ada', transport: 'http' as const, EventSource },
    fetch: (input, init) => {
      addresses.push(String(input));
      return fetch(input, init);
    },
  });
  const ids = Array.from({ length: 100 }, (_, i) => String(i).padStart(120, '€'));
  const answers = await Promise.all(ids.map((roomId) => ada.trpc.rooms.get.query({ roomId }).catch(asEarshotError)));
  await ada.close();
  for (const answer of answers) expect(answer).toMatchObject({ code: 'ROOM_NOT_FOUND' });
  expect(addresses.length).toBeGreaterThan(1);
  for (const address of addresses) expect(address.length).toBeLessThanOrEqual(4_000);
});
