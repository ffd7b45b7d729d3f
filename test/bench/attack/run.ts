import { once } from 'node:events';
import path from 'node:path';
import { AddressedClient } from '../../resources/addressedClient.ts';
import { startChild } from '../child.ts';
import { temporaryFolder } from '../systems/temporaryFolder.ts';
import { startNginx } from './nginx.ts';

// 100 users of different addresses send behind nginx, without and with 20 attackers of one address. The phases take turns in
// one run, so that other load on the machine affects both.

const print = (line: string) => process.stdout.write(`${line}\n`);

const users = 100;
const rounds = 4;
const phaseMs = 6_000;
/** Milliseconds between two sends of a user. */
const everyMs = 500;

const main = path.resolve(import.meta.dirname, '../../../packages/cli/src/main.ts');
using data = temporaryFolder();
await using server = startChild([main, 'serve'], {
  ...{
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    ALLOW_OPEN_AUTH: 'true',
    TRUST_PROXY: '1',
    DATA_DIR: data.path,
  },
});
const serverUrl = await server.printed(/(http:\/\/127\.0\.0\.1:\d+)/);
await using proxy = await startNginx(new URL(serverUrl).host);
const clients = await Promise.all(
  Array.from({ length: users }, (_, n) => AddressedClient.open(proxy.url, `127.1.0.${n + 1}`, `User ${n}`)),
);
const roomIds: string[] = [];
for (const [n, client] of clients.entries()) {
  const location = { latitude: 10 + Math.floor(n / 10), longitude: 20 };
  const { data: joined } = await client.call('mutation', 'rooms.join', { location });
  roomIds.push((joined as { room: { id: string } }).room.id);
}
await using attackers = startChild([path.join(import.meta.dirname, 'attackers.ts'), proxy.url, roomIds[0] ?? '']);

const refusals = new Map<string, number>();

/** Milliseconds of each send in a phase. */
async function phase(): Promise<number[]> {
  const times: number[] = [];
  const endAt = performance.now() + phaseMs;
  const send = async (client: AddressedClient, n: number) => {
    await new Promise((resolve) => setTimeout(resolve, (n / users) * everyMs));
    while (performance.now() < endAt) {
      const next = new Promise((resolve) => setTimeout(resolve, everyMs));
      const { errorCode, ms } = await client.call('mutation', 'messages.send', {
        roomId: roomIds[n],
        content: 'hello',
      });
      if (errorCode === null) times.push(ms);
      else refusals.set(errorCode, (refusals.get(errorCode) ?? 0) + 1);
      await next;
    }
  };
  await Promise.all(clients.map(send));
  return times;
}

const quantile = (times: readonly number[], part: number) =>
  times.toSorted((a, b) => a - b)[Math.floor(part * (times.length - 1))] ?? Number.NaN;
const quiet: number[] = [];
const attacked: number[] = [];
for (let round = 1; round <= rounds; round += 1) {
  quiet.push(...(await phase()));
  attackers.process.send('start');
  attacked.push(...(await phase()));
  attackers.process.send('stop');
  const [answers] = await once(attackers.process, 'message');
  print(`round ${round}: answers of the attackers ${JSON.stringify(answers)}`);
}
for (const part of [0.5, 0.99]) {
  const [before, during] = [quantile(quiet, part), quantile(attacked, part)];
  const ratio = (during / before).toFixed(2);
  print(`p${part * 100}: ${before.toFixed(1)} ms without, ${during.toFixed(1)} ms with attackers, ratio ${ratio}`);
}
print(`sends: ${quiet.length} and ${attacked.length}; refused: ${JSON.stringify(Object.fromEntries(refusals))}`);
for (const client of clients) client[Symbol.dispose]();
