import fc from 'fast-check';

/** Any JSON, including values that often cause errors. */
const anyJson = fc.oneof(
  fc.constantFrom<unknown>(null, '', '__proto__', -1, 1e308, 2 ** 53, '\u0000', '\ud800', [], {}, { $gt: '' }),
  fc.jsonValue({ maxDepth: 2 }),
);

interface Mutable {
  [field: string]: unknown;
}

/** A valid frame with some fields removed or replaced by any value. */
function altered(frame: Mutable): fc.Arbitrary<Mutable> {
  const fields = Object.keys(frame);
  const alteration = fc.record({ field: fc.constantFrom(...fields), value: fc.option(anyJson, { nil: undefined }) });
  return fc.array(alteration, { maxLength: 3 }).map((alterations) => {
    const changed: Mutable = { ...frame };
    for (const { field, value } of alterations) changed[field] = value;
    return changed;
  });
}

/** Text with a part removed, doubled, or overwritten. */
function garbled(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.record({
    text,
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(8),
    with: fc.oneof(fc.constant(''), fc.string({ maxLength: 4 }), fc.constantFrom('{', '"', '\\', '\u2028', '}}')),
  });
  return edit.map(({ text: whole, at, length, with: patch }) => {
    const from = Math.floor(at * whole.length);
    return whole.slice(0, from) + patch + whole.slice(from + length);
  });
}

/** Malformed frames: altered variants of the given ones, and arbitrary text. */
function malformed(frames: readonly Mutable[]): fc.Arbitrary<string> {
  const alteredText = fc.oneof(...frames.map(altered)).map((frame) => JSON.stringify(frame));
  return fc.oneof(
    { weight: 5, arbitrary: alteredText },
    { weight: 3, arbitrary: garbled(alteredText) },
    { weight: 1, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
  );
}

const identity = { user_id: 'fuzz', username: 'Fuzz', token: 'x' };
const place = { latitude: 1.5, longitude: 2.5, search_radius: 50_000 };

const flat: Mutable[] = [
  { type: 'Auth', ...identity },
  { type: 'Join', ...identity },
  { type: 'JoinLocalChat', ...identity, ...place },
  { type: 'Message', content: 'fuzz' },
  { type: 'LocationUpdate', user_id: 'fuzz', ...place },
  { type: 'Typing', is_typing: true },
];

export const malformedLegacyFrame = malformed([...flat, ...flat.map(({ type, ...data }): Mutable => ({ type, data }))]);

export function malformedTrpcFrame(roomId: string): fc.Arbitrary<string> {
  const calls: [method: string, path: string, input: unknown][] = [
    ['mutation', 'rooms.join', { location: { latitude: 1.5, longitude: 2.5 } }],
    ['mutation', 'rooms.join', { roomId }],
    ['query', 'rooms.get', { roomId }],
    ['query', 'rooms.nearby', { location: { latitude: 1.5, longitude: 2.5 } }],
    ['mutation', 'messages.send', { roomId, content: 'fuzz' }],
    ['query', 'messages.history', { roomId }],
    ['mutation', 'presence.typing', { roomId, isTyping: true }],
    ['subscription', 'rooms.watch', { roomId, history: 1 }],
    ['subscription.stop', '', undefined],
  ];
  const frames = calls.map(
    ([method, path, json], id): Mutable => ({ id, jsonrpc: '2.0', method, params: { path, input: { json } } }),
  );
  const inputs = calls.map(([method, path, json], id) => ({ id, method, path, json }));
  const bentInput = fc
    .constantFrom(...inputs)
    .chain(({ id, method, path, json }) =>
      altered({ ...(json as Mutable | undefined), extra: 1 }).map((input) =>
        JSON.stringify({ id, method, params: { path, input: { json: input } } }),
      ),
    );
  return fc.oneof({ weight: 2, arbitrary: malformed(frames) }, { weight: 1, arbitrary: bentInput });
}
