import type { Metric, Row } from '../figures.ts';

/** A performance claim of Earshot: a ratio of two figures of one run. */
export interface Claim {
  title: string;
  bound: number;
  atMost: boolean;
  measured: number;
}

interface Quotient {
  title: string;
  metric: Metric;
  /** The rows whose figures are divided; without a second row, the figure itself is compared. */
  of: Which;
  by?: Which;
  atMost?: number;
  atLeast?: number;
}

interface Which {
  scenario: string;
  system: string;
  load?: RegExp;
}

const against = (scenario: string, peer: string) => ({
  of: { scenario, system: 'Earshot' },
  by: { scenario, system: peer },
});
const sends = (system: string, load: RegExp): Which => ({ scenario: 'sends', system, load });
const hundredRooms = /^100 rooms/;
const oneRoom = /^1 room,/;

const quotients: Quotient[] = [
  ...[
    { peer: 'stock tRPC', atMost: 0.17 },
    { peer: 'Socket.IO', atMost: 0.6 },
    { peer: 'bare ws loop', atMost: 1 },
  ].map(
    ({ peer, atMost }): Quotient => ({
      title: `CPU per delivery, paced, compared with ${peer}`,
      metric: 'cpuPerDelivery',
      ...against('paced', peer),
      atMost,
    }),
  ),
  ...[
    { peer: 'stock tRPC', atLeast: 30 },
    { peer: 'Socket.IO', atLeast: 3.5 },
    { peer: 'bare ws loop', atLeast: 2 },
  ].map(
    ({ peer, atLeast }): Quotient => ({
      title: `deliveries/s in the burst, compared with ${peer}`,
      metric: 'perSecond',
      ...against('burst', peer),
      atLeast,
    }),
  ),
  {
    title: 'p99 latency, paced, compared with bare ws loop',
    metric: 'p99',
    ...against('paced', 'bare ws loop'),
    atMost: 1.3,
  },
  {
    title: 'CPU per delivery, 10,000 watchers compared with 1,000',
    metric: 'cpuPerDelivery',
    of: { scenario: 'growth', system: 'Earshot', load: /^10,000 / },
    by: { scenario: 'growth', system: 'Earshot', load: /^1,000 / },
    atMost: 1.2,
  },
  ...['SQLite', 'MongoDB'].map(
    (store): Quotient => ({
      title: `CPU per send, 10,000 rooms compared with 100, ${store}`,
      metric: 'cpuPerCall',
      of: sends(`Earshot, ${store}`, /^10,000 rooms/),
      by: sends(`Earshot, ${store}`, hundredRooms),
      atMost: 1.2,
    }),
  ),
  {
    title: 'KB per watching connection',
    metric: 'kbPerConnection',
    of: { scenario: 'idle', system: 'Earshot' },
    atMost: 22,
  },
  {
    title: 'durable sends/s, MongoDB, compared with 20 insertOne loops',
    metric: 'perSecond',
    of: sends('Earshot, MongoDB', hundredRooms),
    by: sends('20 insertOne loops', hundredRooms),
    atLeast: 3,
  },
  {
    title: 'p50 of a single send, MongoDB, compared with one insertOne',
    metric: 'p50',
    of: sends('Earshot, MongoDB', oneRoom),
    by: sends('one insertOne', oneRoom),
    atMost: 2,
  },
  {
    title: 'durable sends/s, SQLite compared with MongoDB',
    metric: 'perSecond',
    of: sends('Earshot, SQLite', hundredRooms),
    by: sends('Earshot, MongoDB', hundredRooms),
    atLeast: 2,
  },
  ...['SQLite', 'MongoDB'].map(
    (store): Quotient => ({
      title: `newest pages/s, watched room compared with unwatched, ${store}`,
      metric: 'perSecond',
      of: { scenario: 'history', system: 'Earshot, watched room', load: new RegExp(store) },
      by: { scenario: 'history', system: 'Earshot, unwatched room', load: new RegExp(store) },
      atLeast: 5,
    }),
  ),
  {
    title: 'deliveries/s in the burst, 2 workers compared with 1 process',
    metric: 'perSecond',
    of: { scenario: 'workers', system: 'Earshot, 2 workers' },
    by: { scenario: 'workers', system: 'Earshot, 1 process' },
    atLeast: 1.7,
  },
  {
    title: 'CPU per delivery, 2 workers compared with 1 process',
    metric: 'cpuPerDelivery',
    of: { scenario: 'workers', system: 'Earshot, 2 workers' },
    by: { scenario: 'workers', system: 'Earshot, 1 process' },
    atMost: 1,
  },
];

/** The claims that these rows can check. */
export function checkClaims(rows: readonly Row[]): Claim[] {
  return quotients.flatMap(({ title, metric, of, by, atMost, atLeast }) => {
    const above = find(rows, of)?.figures[metric];
    const below = by === undefined ? 1 : find(rows, by)?.figures[metric];
    const bound = atMost ?? atLeast;
    if (above === undefined || below === undefined || below === 0 || bound === undefined) return [];
    return { title, bound, atMost: atMost !== undefined, measured: above / below };
  });
}

function find(rows: readonly Row[], { scenario, system, load = /./ }: Which): Row | undefined {
  return rows.find((row) => row.scenario === scenario && row.system === system && load.test(row.load));
}
