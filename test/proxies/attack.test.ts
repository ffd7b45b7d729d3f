import { expect, test } from 'vitest';
import { AddressedClient } from '../resources/addressedClient.ts';
import { attack } from '../resources/attack.ts';
import { somewhere } from '../resources/places.ts';
import { startPair } from '../resources/server.ts';
import { site, startNginx } from './proxy.ts';

const attackerAddress = '127.0.0.66';
const honestUsers = 100;
const usersPerRoom = 10;
const sendsEach = 5;

/** The address of an honest user, each of whom has another one. */
const addressOf = (n: number) => `127.1.${Math.floor(n / 100)}.${(n % 100) + 1}`;

/** Joins a room, or a new one, and returns its id. */
async function join(client: AddressedClient, input: object): Promise<string> {
  const { errorCode, data } = await client.call('mutation', 'rooms.join', input);
  expect(errorCode).toBeNull();
  return (data as { room: { id: string } }).room.id;
}

test('20 attackers of one address behind nginx: no other user is refused, and guests of other addresses get in', {
  timeout: 180_000,
}, async () => {
  const env = { TRUST_PROXY: '1', ALLOWED_HOSTS: site, SEND_RATE: '5', SOCKETS_PER_ADDRESS: '64' };
  await using pair = await startPair({ env });
  const hosts = [pair.a, pair.b].map(({ url }) => new URL(url).host);
  await using proxy = await startNginx(hosts, [['worker_connections 512;', 'worker_connections 4096;']]);
  await using stack = new AsyncDisposableStack();
  const users: AddressedClient[] = [];
  for (let n = 0; n < honestUsers; n += 1) {
    users.push(stack.use(await AddressedClient.open(proxy.url, addressOf(n), `User ${n}`)));
  }
  const roomIds: string[] = [];
  for (const [n, user] of users.entries()) {
    const room = Math.floor(n / usersPerRoom);
    roomIds[room] = await join(user, n % usersPerRoom === 0 ? { location: somewhere() } : { roomId: roomIds[room] });
  }

  const eve = attack(proxy.url, { address: attackerAddress, attackers: 20, roomId: roomIds[0] ?? '' });
  await expect.poll(() => eve.answers.get('RATE_LIMITED') ?? 0, { timeout: 60_000 }).toBeGreaterThan(500);
  expect(await eve.openIdle(200)).toBeGreaterThan(0);

  const talk = async (user: AddressedClient, n: number) => {
    const roomId = roomIds[Math.floor(n / usersPerRoom)];
    const codes = [];
    for (let sent = 0; sent < sendsEach; sent += 1) {
      codes.push((await user.call('mutation', 'messages.send', { roomId, content: `${sent}` })).errorCode);
    }
    if (n % 5 === 0) codes.push((await user.call('mutation', 'auth.guest', { username: `Guest ${n}` })).errorCode);
    return codes;
  };
  const codes = (await Promise.all(users.map(talk))).flat();
  expect(codes.filter((code) => code !== null)).toEqual([]);
  expect(codes).toHaveLength(honestUsers * sendsEach + honestUsers / 5);
  using newcomer = await AddressedClient.open(proxy.url, '127.2.0.1', 'Newcomer');
  await join(newcomer, { roomId: roomIds[0] });
  await eve.stop();

  const metrics = await Promise.all([pair.a, pair.b].map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
  for (const limit of ['guests', 'sockets']) {
    expect(metrics.join('\n')).toMatch(
      new RegExp(`^earshot_refusals_total\\{limit="${limit}",by="address"\\} [1-9]`, 'm'),
    );
  }
});
