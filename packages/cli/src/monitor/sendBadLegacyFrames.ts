import { legacyTypes } from './frameTypes.ts';
import { type Identity, legacyClaim } from './identity.ts';
import { expectType, openRawExchange } from './rawExchange.ts';
import { legacyAddress } from './target.ts';

interface BadFramesOptions {
  base: string;
  /** The path that names the room. */
  path: string;
  identity: Identity;
  signal: AbortSignal;
}

const badFrames: [name: string, frame: string | Uint8Array][] = [
  ['text that is not JSON', '{"type":"Join",'],
  ['an unknown type', '{"type":"Dance"}'],
  ['a frame without a type', '{"content":"hello"}'],
  ['a list', '[]'],
  ['a Join without a name', '{"type":"Join","data":{}}'],
  ['an invalid location', '{"type":"JoinLocalChat","user_id":"m","username":"m","latitude":91,"longitude":"east"}'],
  ['a Message before joining', '{"type":"Message","data":{"content":"hello"}}'],
  ['a binary frame', Uint8Array.of(0, 255, 1)],
];

/** Sends invalid frames, then a valid one on the same connection. */
export async function sendBadLegacyFrames({ base, path, identity, signal }: BadFramesOptions): Promise<void> {
  using exchange = await openRawExchange(legacyAddress(base, path), signal);
  for (const [name, frame] of badFrames) {
    expectType(name, legacyTypes('in', await exchange.request(name, frame)), (type) => type === 'Error');
  }
  const valid = JSON.stringify({ type: 'Auth', ...legacyClaim(identity) });
  const answer = legacyTypes('in', await exchange.request('a valid Auth afterwards', valid));
  expectType('a valid Auth afterwards', answer, (type) => type === 'UserJoined');
}
