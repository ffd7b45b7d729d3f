import { once } from 'node:events';
import { cpus } from 'node:os';
import path from 'node:path';
import { AddressedClient } from '../../resources/addressedClient.ts';
import { startChild } from '../child.ts';
import { leavesOutLine } from '../leavesOut.ts';
import { describeMachine, machineLine } from '../machine.ts';
import { cpuOf } from '../systems/processUsage.ts';
import { temporaryFolder } from '../systems/temporaryFolder.ts';
import { startNginx } from './nginx.ts';
import { judge, type PhaseFigures } from './verdict.ts';

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

const newFigures = (): PhaseFigures => ({ latencies: [], refusals: new Map(), serverCores: 0, machineCores: 0 });
const [quiet, attacked] = [newFigures(), newFigures()];

/** Milliseconds of CPU time that all processes of the machine used. */
const machineCpu = () => cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);

/** All users send; adds to the figures. */
async function phase(figures: PhaseFigures): Promise<void> {
  const startedAt = performance.now();
  const before = { server: cpuOf(server.process.pid ?? 0), machine: machineCpu() };
  const endAt = startedAt + phaseMs;
  const send = async (client: AddressedClient, n: number) => {
    await new Promise((resolve) => setTimeout(resolve, (n / users) * everyMs));
    while (performance.now() < endAt) {
      const next = new Promise((resolve) => setTimeout(resolve, everyMs));
      const input = { roomId: roomIds[n], content: 'hello' };
      const { errorCode, ms } = await client.call('mutation', 'messages.send', input);
      if (errorCode === null) figures.latencies.push(ms);
      else figures.refusals.set(errorCode, (figures.refusals.get(errorCode) ?? 0) + 1);
      await next;
    }
  };
  await Promise.all(clients.map(send));
  const ms = (performance.now() - startedAt) * rounds;
  figures.serverCores += (cpuOf(server.process.pid ?? 0) - before.server) / 1_000 / ms;
  figures.machineCores += (machineCpu() - before.machine) / ms;
}

print(machineLine(await describeMachine()));
for (let round = 1; round <= rounds; round += 1) {
  await phase(quiet);
  attackers.process.send('start');
  await phase(attacked);
  attackers.process.send('stop');
  const [answers] = await once(attackers.process, 'message');
  print(`round ${round}: answers of the attackers ${JSON.stringify(answers)}`);
}
const verdict = judge(quiet, attacked);
for (const line of verdict.lines) print(line);
process.stdout.write(leavesOutLine('attack'));
for (const client of clients) client[Symbol.dispose]();
