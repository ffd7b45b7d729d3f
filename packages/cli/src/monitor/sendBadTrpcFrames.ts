import { isErrorCode } from '@earshot/shared';
import { trpcTypes } from './frameTypes.ts';
import { type Identity, trpcIdentity } from './identity.ts';
import { expectType, openRawExchange } from './rawExchange.ts';
import { trpcAddress } from './target.ts';

interface BadFramesOptions {
  base: string;
  identity: Identity;
  signal: AbortSignal;
}

const call = (path: string, input: unknown) =>
  JSON.stringify({ id: 1, jsonrpc: '2.0', method: 'query', params: { path, input: { json: input } } });

const badFrames: [name: string, frame: string | Uint8Array][] = [
  ['text that is not JSON', '{"id":1,'],
  ['an unknown method', '{"id":1,"method":"dance"}'],
  ['an unknown procedure', call('rooms.burn', {})],
  ['a missing field', call('rooms.nearby', {})],
  ['an invalid location', call('rooms.nearby', { location: { latitude: 91, longitude: 'east' } })],
  ['a binary frame', Uint8Array.of(0, 255, 1)],
];

/** Sends frames that aren't tRPC or that this server doesn't know, then a valid call on the same connection. */
export async function sendBadTrpcFrames({ base, identity, signal }: BadFramesOptions): Promise<void> {
  using exchange = await openRawExchange(trpcAddress(base), signal);
  exchange.send(JSON.stringify({ method: 'connectionParams', data: trpcIdentity(identity) }));
  const typesOf = trpcTypes();
  for (const [name, frame] of badFrames) {
    expectType(name, typesOf('in', await exchange.request(name, frame)), isErrorCode);
  }
  const valid = call('rooms.nearby', { location: { latitude: 0, longitude: 0 } });
  typesOf('out', valid);
  const answer = typesOf('in', await exchange.request('a valid call afterwards', valid));
  expectType('a valid call afterwards', answer, (type) => type === 'rooms.nearby');
}
