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

const print = (line: string) => process.stdout.write(`${line}\n`);

const users = 100;
const rounds = 4;
const phaseMs = 6_000;
/** Milliseconds between two sends of a user. */
const everyMs = 500;

const main = path.resolve(import.meta.dirname, '../../../packages/cli/src/main.ts');

/** A user with an address of its own, and the room that it sends to. */
interface User {
  client: AddressedClient;
  roomId: string;
}

/**
 * 100 users of different addresses send behind nginx, without and with 20 attackers of one address. The phases take turns in one run,
 * so that other load on the machine affects both. Prints the figures and whether the goal is met.
 */
export async function measureAttack(): Promise<void> {
  using data = temporaryFolder();
  await using server = startChild([main, 'serve'], {
    ...{ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'error', ALLOW_OPEN_AUTH: 'true', TRUST_PROXY: '1' },
    DATA_DIR: data.path,
  });
  const serverUrl = await server.printed(/(http:\/\/127\.0\.0\.1:\d+)/);
  await using proxy = await startNginx(new URL(serverUrl).host);
  const sending = await openUsers(proxy.url);
  const [first] = sending;
  await using attackers = startChild([path.join(import.meta.dirname, 'attackers.ts'), proxy.url, first?.roomId ?? '']);
  const [quiet, attacked] = [newFigures(), newFigures()];
  const pid = server.process.pid ?? 0;

  print(machineLine(await describeMachine()));
  for (let round = 1; round <= rounds; round += 1) {
    await phase(sending, pid, quiet);
    attackers.process.send('start');
    await phase(sending, pid, attacked);
    attackers.process.send('stop');
    const [answers] = await once(attackers.process, 'message');
    print(`round ${round}: answers of the attackers ${JSON.stringify(answers)}`);
  }
  for (const line of judge(quiet, attacked).lines) print(line);
  process.stdout.write(leavesOutLine('attack'));
  for (const { client } of sending) client[Symbol.dispose]();
}

/** Connects the users and joins their rooms, each of which has ten of them. */
async function openUsers(url: string): Promise<User[]> {
  const clients = await Promise.all(
    Array.from({ length: users }, (_, n) => AddressedClient.open(url, `127.1.0.${n + 1}`, `User ${n}`)),
  );
  const opened: User[] = [];
  for (const [n, client] of clients.entries()) {
    const location = { latitude: 10 + Math.floor(n / 10), longitude: 20 };
    const { data: joined } = await client.call('mutation', 'rooms.join', { location });
    opened.push({ client, roomId: (joined as { room: { id: string } }).room.id });
  }
  return opened;
}

const newFigures = (): PhaseFigures => ({ latencies: [], refusals: new Map(), serverCores: 0, machineCores: 0 });

/** Milliseconds of CPU time that all processes of the machine used. */
const machineCpu = () => cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);

/** All users send; adds to the figures. */
async function phase(sending: readonly User[], server: number, figures: PhaseFigures): Promise<void> {
  const startedAt = performance.now();
  const before = { server: cpuOf(server), machine: machineCpu() };
  const endAt = startedAt + phaseMs;
  const send = async ({ client, roomId }: User, n: number) => {
    await new Promise((resolve) => setTimeout(resolve, (n / users) * everyMs));
    while (performance.now() < endAt) {
      const next = new Promise((resolve) => setTimeout(resolve, everyMs));
      const { errorCode, ms } = await client.call('mutation', 'messages.send', { roomId, content: 'hello' });
      if (errorCode === null) figures.latencies.push(ms);
      else figures.refusals.set(errorCode, (figures.refusals.get(errorCode) ?? 0) + 1);
      await next;
    }
  };
  await Promise.all(sending.map(send));
  const ms = (performance.now() - startedAt) * rounds;
  figures.serverCores += (cpuOf(server) - before.server) / 1_000 / ms;
  figures.machineCores += (machineCpu() - before.machine) / ms;
}
