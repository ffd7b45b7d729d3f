import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Collected, collect } from '../resources/collect.ts';
import { type FlakyProxy, openFlakyProxy } from '../resources/flakyProxy.ts';
import { startEmbedded } from '../resources/server.ts';

/** A separate program, because other handles keep the process of a test alive. */
interface Program extends AsyncDisposable {
  readonly lines: Collected<string>;
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>;
  readonly child: ChildProcess;
}

function run(code: string): Program {
  const program = `import { createEarshotClient } from '@earshot/client';\n${code}`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    cwd: join(import.meta.dirname, '..'), // from where `@earshot/client` is found
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = collect<string>();
  const ended = once(child, 'close').then(([exitCode]: (number | null)[]) => {
    lines.end();
    return exitCode ?? null;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      for (const line of String(chunk).split('\n')) lines.push(line);
    });
  }
  const end = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { child, lines, ended, [Symbol.asyncDispose]: end };
}

/** Prints each state of the connection. */
const clientOptions = `username: 'Ada', backoff: { baseMs: 50, capMs: 50 }, log: console.log`;

/** fetch's standard blocks this port, so Node's WebSocket fails without an attempt. */
const blockedUrl = 'http://127.0.0.1:1';

/** An address that resets every connection. Nobody else may take its port. */
async function openUnserved(): Promise<FlakyProxy> {
  const proxy = await openFlakyProxy(blockedUrl);
  proxy.cut();
  return proxy;
}

test.each(['blocked', 'not served'])(
  'a program that waits for an address that is %s keeps retrying',
  async (reason) => {
    await using unserved = await openUnserved();
    await using program = run(`
    const client = createEarshotClient({ url: '${reason === 'blocked' ? blockedUrl : unserved.url}', ${clientOptions} });
    await client.watchRoom({ roomId: 'any' });`);
    await program.lines.until((line) => /^offline, 5 failed/.test(line));
    expect(program.child.exitCode).toBeNull();
  },
);

test('a program that waits for a token stays alive until it arrives', async () => {
  await using earshot = await startEmbedded();
  await using program = run(`
    const getToken = () => new Promise<string>((resolve) => setTimeout(() => resolve('any'), 200).unref());
    const client = createEarshotClient({ url: '${earshot.a.url}', getToken, log: console.log });
    await client.watchRoom({ roomId: 'any' }).catch(() => {});
    await client.close();
    console.log('done');`);
  await program.lines.until((line) => line === 'done');
  expect(await program.ended).toBe(0);
});

test.each([
  ['is open', 'served', 'open'],
  ['is being opened', 'unserved', 'offline'],
  ['is refused', 'blocked', 'offline'],
] as const)('a program exits after close, when the connection %s', async (_when, address, status) => {
  await using earshot = await startEmbedded();
  await using unserved = await openUnserved();
  const urls = { served: earshot.a.url, unserved: unserved.url, blocked: blockedUrl };
  await using program = run(`
    const client = createEarshotClient({ url: '${urls[address]}', ${clientOptions} });
    await new Promise<void>((resolve) =>
      client.connection.subscribe(({ status }) => status === '${status}' && resolve()));
    await client.close();
    console.log('done');`);
  await program.lines.until((line) => line === 'done');
  expect(await program.ended).toBe(0);
});
