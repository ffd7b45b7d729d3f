import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { notInJson, startAdapters, type Wire } from '../resources/trpcAdapters.ts';

const adapters = await startAdapters();
afterAll(() => adapters[Symbol.asyncDispose]());

type Frame = object | string | Buffer;
const textOf = (frame: Frame) => (typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));

/** The frames of each request id, in order. Frames of different ids may overtake each other. */
function byId(received: readonly string[]): Record<string, string[]> {
  return Object.groupBy(received, (text) => JSON.stringify(JSON.parse(text).id)) as Record<string, string[]>;
}

/** Runs a function with each adapter, expects equal results, and returns the result. */
async function expectSame<T>(run: (wire: Wire) => Promise<T>, query = ''): Promise<T> {
  const runWith = async (adapter: typeof adapters.earshotAdapter) => run(await adapter.connect(query));
  const { trpcAdapter, earshotAdapter, earshotWithoutSignals } = adapters;
  const [expected, ...actual] = await Promise.all([
    runWith(trpcAdapter),
    runWith(earshotAdapter),
    runWith(earshotWithoutSignals),
  ]);
  for (const one of actual) expect(one).toEqual(expected);
  return expected;
}

/** Sends the frames one after another, then closes. */
async function exchange(wire: Wire, frames: readonly Frame[], disconnect: Disconnect = 'close') {
  const received: Record<string, string[]>[] = [];
  for (const frame of frames) received.push(byId(await wire.send(textOf(frame))));
  if (disconnect === 'incomplete frame') wire.ws.send('{"id":1,', { fin: false });
  if (disconnect === 'close') wire.ws.close();
  else wire.ws.terminate();
  await wire.closed;
  // With both adapters, subscriptions that are not notified of the end never finish.
  const count = (end: string) => wire.log().filter((line) => line.endsWith(end) && !line.startsWith('deaf')).length;
  await eventually(() => count('begins') === count('ends'));
  return { received, log: wire.log() };
}

type Disconnect = 'close' | 'terminate' | 'incomplete frame';

const call = (id: unknown, method: string, path: string, input?: unknown, more: object = {}) => ({
  id,
  method,
  params: { path, ...(input !== undefined && { input: { json: input } }), ...more },
});
const query = (path: string, input?: unknown, id: unknown = 1) => call(id, 'query', path, input);
const mutation = (path: string, input?: unknown, id: unknown = 1) => call(id, 'mutation', path, input);
const subscribe = (input: object, id: unknown = 7, more: object = {}) =>
  call(id, 'subscription', 'scripted', input, more);
const stop = (id: unknown = 7) => ({ id, method: 'subscription.stop' });

const cases: [name: string, frames: Frame[]][] = [
  ['a query', [query('echo', { a: [1, null, 'ü\u2028'] })]],
  [
    'ids of every kind',
    [query('echo', 1, 'x "y"'), query('echo', 1, 0), query('echo', 1, -1.5), query('echo', 1, null)],
  ],
  ['invalid ids', [query('echo', 1, [1]), query('echo', 1, {}), query('echo', 1, true), { method: 'query' }]],
  [
    'JSON-RPC',
    [
      { ...query('echo', 1), jsonrpc: '2.0' },
      { ...query('echo', 1), jsonrpc: '1.0' },
    ],
  ],
  [
    'JSON-RPC of errors',
    [
      { ...query('none'), jsonrpc: '2.0' },
      { ...query('echo', 1, null), jsonrpc: '2.0' },
    ],
  ],
  ['a mutation without a result', [mutation('nothing')]],
  ['an invalid input', [mutation('checked', -1), mutation('checked', 1)]],
  ['errors', ['named', 'plain', 'text', 'abort', 'shapeless'].map((name) => mutation('fail', name))],
  ['a result that can’t be serialized', [query('unserializable')]],
  ...Object.keys(notInJson).map((name): [string, Frame[]] => [
    `a value that JSON can’t represent: ${name}`,
    [query('notInJson', name), query('echo', 1, 2)],
  ]),
  ['an iterable of a query', [query('iterable')]],
  ['unknown paths', [query('none'), mutation('echo'), query('scripted'), query('__proto__'), query('')]],
  ['not JSON', ['', '{', 'null', '1', '"PING"', '[]', '[[]]', '[null]', Buffer.from('{}'), Buffer.from('PING')]],
  ['PONG', ['PONG', query('echo', 1)]],
  [
    'a batch',
    [[query('echo', 1, 1), mutation('nothing', undefined, 2), query('none', 1, 3), subscribe({}, 4), stop(4)]],
  ],
  ['a batch with an invalid call', [[query('echo', 1, 1), 5]]],
  ['a batch that is too large', [Array.from({ length: 6 }, (_, id) => query('echo', id, id))]],
  ['a batch of requests without responses', [Array.from({ length: 6 }, () => stop())]],
  ['a batch with JSON-RPC', [Array.from({ length: 6 }, (_, id) => ({ ...query('echo', 1, id), jsonrpc: '2.0' }))]],
  ['a subscription', [subscribe({ values: [1, { at: null }] }), stop()]],
  ['a subscription with tracked events', [subscribe({ values: [1, { at: null }], tracked: true }), stop(), stop()]],
  [
    'a subscription that ends',
    [subscribe({ values: [1], end: 'at once' }), subscribe({ values: [2], end: 'at once' })],
  ],
  ['a subscription that fails', [subscribe({ values: [1], end: 'fault' }), subscribe({ end: 'fault' })]],
  ['a subscription that yields an unserializable value', [subscribe({ end: 'unserializable' })]],
  [
    'a subscription whose clean-up fails',
    [subscribe({ cleanUpFails: 'plain' }), stop(), subscribe({ end: 'at once', cleanUpFails: 'named' })],
  ],
  ['a subscription that fails, and whose clean-up fails', [subscribe({ end: 'fault', cleanUpFails: 'plain' })]],
  [
    'a subscription that ignores its end',
    [subscribe({ name: 'deaf', end: 'deaf' }), stop(), subscribe({}), mutation('open', 'deaf'), subscribe({})],
  ],
  [
    'an id in use',
    [subscribe({ values: [1] }), subscribe({ values: [2] }), query('echo', 1, 7), stop(), subscribe({ values: [3] })],
  ],
  ['a number and a text as ids', [subscribe({ values: [1] }, 7), subscribe({ values: [2] }, '7'), stop('7'), stop(7)]],
  [
    'a resumption',
    [subscribe({}, 7, { lastEventId: '5' }), call(8, 'subscription', 'scripted', undefined, { lastEventId: '6' })],
  ],
  [
    'an invalid resumption',
    [subscribe({}, 7, { lastEventId: 5 }), call(8, 'subscription', 'scripted', 5, { lastEventId: '6' })],
  ],
  [
    'an observable',
    [
      call(7, 'subscription', 'observable', { values: [1, 2] }),
      stop(),
      call(7, 'subscription', 'observable', { values: [3], end: 'at once' }),
      call(7, 'subscription', 'observable', { values: [4], end: 'fault' }),
      query('observableOfQuery'),
    ],
  ],
  ['a result that is not iterable', [call(7, 'subscription', 'notIterable')]],
  ['an iterable whose iteration fails', [call(7, 'subscription', 'unbegun'), subscribe({ values: [1] })]],
  [
    'a stop before the iteration fails',
    [call(7, 'subscription', 'unbegun', { setUp: 'g' }), stop(), mutation('open', 'g'), subscribe({ values: [1] })],
  ],
  ['a stop in the same frame', [[subscribe({ values: [1] }), stop(), subscribe({ values: [2] })]]],
  [
    'a stop during the set-up',
    [subscribe({ setUp: 'g' }), stop(), subscribe({}), mutation('open', 'g'), subscribe({ values: [1] })],
  ],
  ['a set-up that fails', [subscribe({ setUpFails: 'named' }), subscribe({ setUpFails: 'abort' })]],
  ['a stop before the set-up fails', [subscribe({ setUp: 'g', setUpFails: 'named' }), stop(), mutation('open', 'g')]],
  [
    'a stop before the set-up is aborted',
    [subscribe({ setUp: 'g', setUpFails: 'abort' }), stop(), mutation('open', 'g'), subscribe({})],
  ],
  [
    'responses in another order than the calls',
    [query('wait', 'g', 1), query('wait', 'h', 2), mutation('open', 'h', 3), mutation('open', 'g', 4)],
  ],
  [
    'a stop of a call that is not a subscription',
    [query('wait', 'g', 1), stop(1), stop(null), stop(2), mutation('open', 'g', 3)],
  ],
];

describe('Earshot’s adapter sends the same frames as tRPC’s', () => {
  test.each(cases)('%s', async (_name, frames) => {
    const theirs = await expectSame((wire) => exchange(wire, frames));
    expect(theirs.received.some((received) => Object.keys(received).length > 0)).toBe(true);
  });

  test.each<[string, Frame[]]>([
    ['given', [{ method: 'connectionParams', data: { who: 'Ada' } }, query('params')]],
    ['none', [{ method: 'connectionParams', data: null }, query('params')]],
    ['a call instead of them', [query('params'), query('params')]],
  ])('parameters of a connection: %s', async (_name, frames) => {
    await expectSame((wire) => exchange(wire, frames), '?connectionParams=1');
  });

  test.each<[string, Frame]>([
    ['not JSON', '{'],
    ['not an object', '[]'],
    ['bytes', Buffer.from('{}')],
    ['not text', { data: { a: 1 } }],
    ['refused', { data: { refused: 'yes' } }],
  ])('parameters that close the connection: %s', async (_name, first) => {
    const theirs = await expectSame(async (wire) => {
      wire.ws.send(textOf(first));
      const received = await wire.send(textOf([query('params', undefined, 1), subscribe({}, 2)]));
      return { received: byId(received), code: await wire.closed };
    }, '?connectionParams=1');
    expect(theirs.code).toBe(1005);
  });
});

/** Few ids and gates, so that subscriptions collide. Calls have their own, because their answers may come before or after. */
const id = fc.constantFrom<unknown>(1, 2, '1', null);
const ownId = fc.nat().map((n) => `call ${n}`);
const gate = fc.constantFrom('g', 'h');
const faults = fc.constantFrom('named', 'plain', 'abort');
const anyCall = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ id: ownId, input: fc.jsonValue({ maxDepth: 1 }) }).map((r) => query('echo', r.input, r.id)),
  },
  { weight: 1, arbitrary: fc.record({ id: ownId, gate }).map((r) => query('wait', r.gate, r.id)) },
  { weight: 2, arbitrary: fc.record({ id: ownId, gate }).map((r) => mutation('open', r.gate, r.id)) },
  { weight: 1, arbitrary: fc.record({ id: ownId, faults }).map((r) => mutation('fail', r.faults, r.id)) },
  { weight: 4, arbitrary: id.map((one) => stop(one)) },
  {
    weight: 5,
    arbitrary: fc
      .record({
        id,
        input: fc.record(
          {
            values: fc.array(fc.nat(9), { maxLength: 2 }),
            tracked: fc.boolean(),
            setUp: gate,
            setUpFails: faults,
            end: fc.constantFrom('at once', 'never', 'never', 'fault'),
            cleanUpFails: faults,
          },
          { requiredKeys: ['values', 'end'] },
        ),
      })
      .map((r) => subscribe(r.input, r.id)),
  },
);
const completeFrame = fc.oneof(
  { weight: 4, arbitrary: anyCall },
  { weight: 1, arbitrary: fc.array(anyCall, { maxLength: 6 }) },
);
const truncatedFrame = fc
  .record({ frame: completeFrame, at: fc.double({ min: 0, max: 1, noNaN: true }), bytes: fc.boolean() })
  .map(({ frame, at, bytes }) => {
    const text = JSON.stringify(frame);
    const cut = text.slice(0, Math.floor(at * text.length));
    return bytes ? Buffer.from(cut) : cut;
  });

test('and for arbitrary frames in arbitrary order', async () => {
  const frameLists = fc.array(
    fc.oneof({ weight: 9, arbitrary: completeFrame }, { weight: 1, arbitrary: truncatedFrame }),
    { maxLength: 12 },
  );
  const disconnects = fc.constantFrom<Disconnect>('close', 'terminate', 'incomplete frame');
  await fc.assert(
    fc.asyncProperty(frameLists, disconnects, async (frames, disconnect) => {
      await expectSame((wire) => exchange(wire, frames, disconnect));
    }),
    { numRuns: 150 },
  );
}, 60_000);
