import type { Metric } from '../figures.ts';
import { blockingSystems } from '../scenarios/blocks.ts';

/** A bound for the ratio of two figures of one run. */
export interface Target {
  title: string;
  metric: Metric;
  /** The rows whose figures are divided; without a second row, the figure itself is compared. */
  of: Rows;
  by?: Rows;
  atMost?: number;
  atLeast?: number;
}

/** The first row of this scenario and system, under the first load that matches. */
export interface Rows {
  scenario: string;
  system: string;
  load?: RegExp;
}

type Bound = Pick<Target, 'atMost' | 'atLeast'>;

const rowsOf =
  (scenario: string) =>
  (system: string, load?: RegExp): Rows => ({ scenario, system, ...(load && { load }) });

/** Earshot compared with peers in one scenario. */
function comparedWith(
  peers: Record<string, Bound>,
  { scenario, metric, what, load }: Record<'scenario' | 'what', string> & { metric: Metric; load?: RegExp },
): Target[] {
  const rows = rowsOf(scenario);
  return Object.entries(peers).map(([peer, bound]) => ({
    ...{ title: `${what}, compared with ${peer}`, metric, of: rows('Earshot', load), by: rows(peer, load) },
    ...bound,
  }));
}

const chat = rowsOf('chat');
const warm = /closed loop, warm/;
const cold = /closed loop, cold/;

const chatTargets: Target[] = [
  ...Object.entries({ '20 insertOne loops': 2, 'Socket.IO + insertOne': 0.6, 'stock tRPC + insertOne': 0.3 }).map(
    ([peer, atMost]): Target => ({
      title: `CPU per message of a chat in a closed loop, MongoDB, warm, compared with ${peer}`,
      ...{ metric: 'cpuPerCall', of: chat('Earshot, MongoDB', warm), by: chat(peer, warm), atMost },
    }),
  ),
  {
    title: 'messages/s of a chat in a closed loop, MongoDB, warm, compared with 20 insertOne loops',
    ...{ metric: 'perSecond', of: chat('Earshot, MongoDB', warm), by: chat('20 insertOne loops', warm), atLeast: 1.5 },
  },
  ...['MongoDB', 'SQLite'].map(
    (store): Target => ({
      title: `CPU per message of a chat in a closed loop, ${store}, cold compared with warm`,
      ...{
        metric: 'cpuPerCall',
        of: chat(`Earshot, ${store}`, cold),
        by: chat(`Earshot, ${store}`, warm),
        atMost: 1.4,
      },
    }),
  ),
];

const fanOutTargets: Target[] = [
  ...comparedWith(
    { 'bare ws loop': { atMost: 1 }, 'floor in C': { atMost: 1.6 } },
    { scenario: 'paced', metric: 'cpuPerDelivery', what: 'CPU per delivery, paced' },
  ),
  ...comparedWith(
    { 'stock tRPC': { atLeast: 30 }, 'Socket.IO': { atLeast: 3.5 }, 'bare ws loop': { atLeast: 2 } },
    { scenario: 'burst', metric: 'perSecond', what: 'deliveries/s in the burst' },
  ),
  ...comparedWith(
    { 'bare ws loop': { atMost: 0.1 } },
    { scenario: 'burst', metric: 'cpuPerDelivery', what: 'CPU per delivery in the burst' },
  ),
  ...comparedWith(
    { 'bare ws loop': { atMost: 1.3 } },
    { scenario: 'paced', metric: 'p99', what: 'p99 latency, paced' },
  ),
  ...comparedWith(
    { 'Socket.IO': { atMost: 1 } },
    { scenario: 'rooms', metric: 'cpuPerDelivery', what: 'CPU per delivery, 1,000 rooms × 10' },
  ),
  ...comparedWith(
    { 'Socket.IO': { atMost: 1 }, 'stock tRPC': { atMost: 0.8 } },
    { scenario: 'connect', metric: 'cpuPerCall', what: 'CPU per returning client of 2,000' },
  ),
  ...comparedWith(
    { 'Socket.IO': { atMost: 1 }, 'stock tRPC': { atMost: 0.8 } },
    { scenario: 'connect', metric: 'cpuPerCall', what: 'CPU per returning client of 10,000', load: /^10,000 / },
  ),
];

const blocks = rowsOf('blocks');

const blockTargets: Target[] = Object.values(blockingSystems).map((system) => ({
  title: `CPU per delivery, ${system.replace('Earshot, ', '')}, compared with no blocks`,
  ...{ metric: 'cpuPerDelivery', of: blocks(system), by: blocks('Earshot'), atMost: 1.05 },
}));

const growth = rowsOf('growth');
const thousandWatchers = growth('Earshot', /^1,000 /);

const growthTargets: Target[] = [
  {
    title: 'CPU per delivery, 10,000 watchers compared with 1,000',
    ...{ metric: 'cpuPerDelivery', of: growth('Earshot', /^10,000 /), by: thousandWatchers, atMost: 1.2 },
  },
  { title: 'KB per watcher, 1,000 watchers', metric: 'kbPerConnection', of: thousandWatchers, atMost: 25 },
  {
    title: 'KB per idle watcher, 5,000 watchers',
    metric: 'kbPerConnection',
    of: rowsOf('idle')('Earshot'),
    atMost: 22,
  },
];

const sends = rowsOf('sends');
const hundredRooms = /^100 rooms/;
const lone = /^1 room,/;

const sendTargets: Target[] = [
  ...Object.entries({ SQLite: 1.2, MongoDB: 1.1 }).map(
    ([store, atMost]): Target => ({
      title: `CPU per send, 10,000 rooms compared with 100, ${store}`,
      metric: 'cpuPerCall',
      ...{ of: sends(`Earshot, ${store}`, /^10,000 rooms/), by: sends(`Earshot, ${store}`, hundredRooms), atMost },
    }),
  ),
  {
    title: 'p50 of a lone send, MongoDB, compared with one insertOne',
    ...{ metric: 'p50', of: sends('Earshot, MongoDB', lone), by: sends('one insertOne', lone), atMost: 1.2 },
  },
  {
    title: 'CPU of a lone send, MongoDB, compared with one insertOne',
    ...{ metric: 'cpuPerCall', of: sends('Earshot, MongoDB', lone), by: sends('one insertOne', lone), atMost: 1.5 },
  },
];

const history = rowsOf('history');
const workers = rowsOf('workers');

/** The work of two workers, in total and of the busier one, compared with one process. The rate with a core for each follows from it. */
const workerTargets: Target[] = [
  { what: 'CPU per delivery, paced', metric: 'cpuPerDelivery' as const, load: / watchers, \d/, atMost: 1 },
  { what: 'CPU per delivery in the burst', metric: 'cpuPerDelivery' as const, load: / burst /, atMost: 1 },
  { what: 'CPU per message, 1,000 rooms × 5', metric: 'cpuPerCall' as const, load: /^1,000 rooms/, atMost: 1.2 },
].flatMap(({ what, metric, load, atMost }) => {
  const rows = { of: workers('Earshot, 2 workers', load), by: workers('Earshot, 1 process', load) };
  return [
    { title: `${what}, 2 workers compared with 1 process`, metric, ...rows, atMost },
    { title: `${what}, busier of 2 workers compared with 1 process`, metric: 'busiestCpu', ...rows, atMost: 0.6 },
  ];
});

const otherTargets: Target[] = [
  {
    title: 'returning clients/s of 10,000, SQLite: all return within 10 s',
    ...{ metric: 'perSecond', of: rowsOf('connect')('Earshot', /^10,000 /), atLeast: 1_000 },
  },
  ...['SQLite', 'MongoDB'].map((store): Target => {
    const [of, by] = [
      history('Earshot, watched room', new RegExp(store)),
      history('Earshot, unwatched room', new RegExp(store)),
    ];
    return {
      title: `newest pages/s, watched room compared with unwatched, ${store}`,
      metric: 'perSecond',
      of,
      by,
      atLeast: 5,
    };
  }),
];

/** Earshot's performance targets, in the order of the report. */
export const targets: readonly Target[] = [
  ...chatTargets,
  ...fanOutTargets,
  ...blockTargets,
  ...growthTargets,
  ...sendTargets,
  ...otherTargets,
  ...workerTargets,
];
