import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { odd, startAdapters, type Wire } from '../resources/trpcAdapters.ts';

const adapters = await startAdapters();
afterAll(() => adapters[Symbol.asyncDispose]());

type Frame = object | string | Buffer;
const textOf = (frame: Frame) => (typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));

/** The frames of each request id, in order. Frames of different ids may overtake each other. */
function byId(said: readonly string[]): Record<string, string[]> {
  return Object.groupBy(said, (text) => JSON.stringify(JSON.parse(text).id)) as Record<string, string[]>;
}

/** Runs it with each adapter, expects the same of all of them, and returns it. */
async function same<T>(act: (wire: Wire) => Promise<T>, query = ''): Promise<T> {
  const run = async (adapter: typeof adapters.ours) => act(await adapter.connect(query));
  const { theirs, ours, oursLight } = adapters;
  const [expected, ...actual] = await Promise.all([run(theirs), run(ours), run(oursLight)]);
  for (const one of actual) expect(one).toEqual(expected);
  return expected;
}

/** Sends the frames one after another, then closes. */
async function talk(wire: Wire, frames: readonly Frame[], leave: Leaving = 'goodbye') {
  const said: Record<string, string[]>[] = [];
  for (const frame of frames) said.push(byId(await wire.say(textOf(frame))));
  if (leave === 'torn') wire.ws.send('{"id":1,', { fin: false });
  if (leave === 'goodbye') wire.ws.close();
  else wire.ws.terminate();
  await wire.closed;
  // With both adapters, subscriptions that are not notified of the end never finish.
  const count = (end: string) => wire.log().filter((line) => line.endsWith(end) && !line.startsWith('deaf')).length;
  await eventually(() => count('begins') === count('ends'));
  return { said, log: wire.log() };
}

type Leaving = 'goodbye' | 'cut' | 'torn';

const call = (id: unknown, method: string, path: string, input?: unknown, more: object = {}) => ({
  id,
  method,
  params: { path, ...(input !== undefined && { input: { json: input } }), ...more },
});
const query = (path: string, input?: unknown, id: unknown = 1) => call(id, 'query', path, input);
const mutation = (path: string, input?: unknown, id: unknown = 1) => call(id, 'mutation', path, input);
const story = (input: object, id: unknown = 7, more: object = {}) => call(id, 'subscription', 'story', input, more);
const stop = (id: unknown = 7) => ({ id, method: 'subscription.stop' });

const cases: [name: string, frames: Frame[]][] = [
  ['a query', [query('echo', { a: [1, null, 'ü\u2028'] })]],
  [
    'ids of every kind',
    [query('echo', 1, 'x "y"'), query('echo', 1, 0), query('echo', 1, -1.5), query('echo', 1, null)],
  ],
  ['ids that are none', [query('echo', 1, [1]), query('echo', 1, {}), query('echo', 1, true), { method: 'query' }]],
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
  ['a mutation that gives nothing', [mutation('nothing')]],
  ['an input that is refused', [mutation('checked', -1), mutation('checked', 1)]],
  ['errors', ['named', 'plain', 'text', 'abort', 'shapeless'].map((name) => mutation('fail', name))],
  ['a result that can not be serialized', [query('unserializable')]],
  ...Object.keys(odd).map((name): [string, Frame[]] => [
    `what JSON has no word for: ${name}`,
    [query('odd', name), query('echo', 1, 2)],
  ]),
  ['an iterable of a query', [query('iterable')]],
  ['paths that lead nowhere', [query('none'), mutation('echo'), query('story'), query('__proto__'), query('')]],
  ['not JSON', ['', '{', 'null', '1', '"PING"', '[]', '[[]]', '[null]', Buffer.from('{}'), Buffer.from('PING')]],
  ['PONG', ['PONG', query('echo', 1)]],
  ['a batch', [[query('echo', 1, 1), mutation('nothing', undefined, 2), query('none', 1, 3), story({}, 4), stop(4)]]],
  ['a batch with one that is none', [[query('echo', 1, 1), 5]]],
  ['a batch that is too large', [Array.from({ length: 6 }, (_, id) => query('echo', id, id))]],
  ['one of requests that need no answer', [Array.from({ length: 6 }, () => stop())]],
  ['one with JSON-RPC among it', [Array.from({ length: 6 }, (_, id) => ({ ...query('echo', 1, id), jsonrpc: '2.0' }))]],
  ['a subscription', [story({ values: [1, { at: null }] }), stop()]],
  ['tracked', [story({ values: [1, { at: null }], tracked: true }), stop(), stop()]],
  ['one that ends by itself', [story({ values: [1], end: 'at once' }), story({ values: [2], end: 'at once' })]],
  ['one that fails', [story({ values: [1], end: 'fault' }), story({ end: 'fault' })]],
  ['one that yields what can not be serialized', [story({ end: 'unserializable' })]],
  [
    'one that can not clean up',
    [story({ cleanUpFails: 'plain' }), stop(), story({ end: 'at once', cleanUpFails: 'named' })],
  ],
  ['one that fails and can not clean up', [story({ end: 'fault', cleanUpFails: 'plain' })]],
  ['one that is deaf', [story({ name: 'deaf', end: 'deaf' }), stop(), story({}), mutation('open', 'deaf'), story({})]],
  [
    'an id in use',
    [story({ values: [1] }), story({ values: [2] }), query('echo', 1, 7), stop(), story({ values: [3] })],
  ],
  ['two ids that look alike', [story({ values: [1] }, 7), story({ values: [2] }, '7'), stop('7'), stop(7)]],
  [
    'a resumption',
    [story({}, 7, { lastEventId: '5' }), call(8, 'subscription', 'story', undefined, { lastEventId: '6' })],
  ],
  [
    'a resumption that is none',
    [story({}, 7, { lastEventId: 5 }), call(8, 'subscription', 'story', 5, { lastEventId: '6' })],
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
  ['no iterable', [call(7, 'subscription', 'notIterable')]],
  ['an iterable that can not begin', [call(7, 'subscription', 'unbegun'), story({ values: [1] })]],
  [
    'a stop before it can not begin',
    [call(7, 'subscription', 'unbegun', { setUp: 'g' }), stop(), mutation('open', 'g'), story({ values: [1] })],
  ],
  ['a stop in the same frame', [[story({ values: [1] }), stop(), story({ values: [2] })]]],
  [
    'a stop while it sets up',
    [story({ setUp: 'g' }), stop(), story({}), mutation('open', 'g'), story({ values: [1] })],
  ],
  ['a failing set-up', [story({ setUpFails: 'named' }), story({ setUpFails: 'abort' })]],
  ['a stop before the set-up fails', [story({ setUp: 'g', setUpFails: 'named' }), stop(), mutation('open', 'g')]],
  ['a stop before it gives up', [story({ setUp: 'g', setUpFails: 'abort' }), stop(), mutation('open', 'g'), story({})]],
  [
    'answers that come later',
    [query('wait', 'g', 1), query('wait', 'h', 2), mutation('open', 'h', 3), mutation('open', 'g', 4)],
  ],
  [
    'a stop of what is no subscription',
    [query('wait', 'g', 1), stop(1), stop(null), stop(2), mutation('open', 'g', 3)],
  ],
];

describe('Earshot’s adapter sends the same frames as tRPC’s', () => {
  test.each(cases)('%s', async (_name, frames) => {
    const theirs = await same((wire) => talk(wire, frames));
    expect(theirs.said.some((said) => Object.keys(said).length > 0)).toBe(true);
  });

  test.each<[string, Frame[]]>([
    ['given', [{ method: 'connectionParams', data: { who: 'Ada' } }, query('params')]],
    ['none', [{ method: 'connectionParams', data: null }, query('params')]],
    ['a call in their place', [query('params'), query('params')]],
  ])('parameters of a connection: %s', async (_name, frames) => {
    await same((wire) => talk(wire, frames), '?connectionParams=1');
  });

  test.each<[string, Frame]>([
    ['not JSON', '{'],
    ['not an object', '[]'],
    ['bytes', Buffer.from('{}')],
    ['not text', { data: { a: 1 } }],
    ['refused', { data: { refused: 'yes' } }],
  ])('parameters that close the connection: %s', async (_name, first) => {
    const theirs = await same(async (wire) => {
      wire.ws.send(textOf(first));
      const said = await wire.say(textOf([query('params', undefined, 1), story({}, 2)]));
      return { said: byId(said), code: await wire.closed };
    }, '?connectionParams=1');
    expect(theirs.code).toBe(1005);
  });
});

/** Few ids and gates, so that subscriptions collide. Calls have their own, because their answers may come before or after. */
const id = fc.constantFrom<unknown>(1, 2, '1', null);
const ownId = fc.nat().map((n) => `call ${n}`);
const gate = fc.constantFrom('g', 'h');
const faults = fc.constantFrom('named', 'plain', 'abort');
const asked = fc.oneof(
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
      .map((r) => story(r.input, r.id)),
  },
);
const whole = fc.oneof({ weight: 4, arbitrary: asked }, { weight: 1, arbitrary: fc.array(asked, { maxLength: 6 }) });
const torn = fc
  .record({ frame: whole, at: fc.double({ min: 0, max: 1, noNaN: true }), bytes: fc.boolean() })
  .map(({ frame, at, bytes }) => {
    const text = JSON.stringify(frame);
    const cut = text.slice(0, Math.floor(at * text.length));
    return bytes ? Buffer.from(cut) : cut;
  });

test('and for arbitrary frames in arbitrary order', async () => {
  const frames = fc.array(fc.oneof({ weight: 9, arbitrary: whole }, { weight: 1, arbitrary: torn }), { maxLength: 12 });
  const leaving = fc.constantFrom<Leaving>('goodbye', 'cut', 'torn');
  await fc.assert(
    fc.asyncProperty(frames, leaving, async (said, leave) => {
      await same((wire) => talk(wire, said, leave));
    }),
    { numRuns: 150 },
  );
}, 60_000);
