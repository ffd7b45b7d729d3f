import type { SavedRun } from '../history.ts';
import { asMarkdown, type Cells } from '../table.ts';
import { byCase, bySystem, type FigureColumn } from './figureTable.ts';

const paced = { load: '1,000 watchers, 20 messages/s' };
const delivery = 'CPU µs/delivery';

const latencies = (load: string): FigureColumn[] => [
  { title: 'own p50 ms', load, metric: 'ownP50' },
  { title: 'own p99 ms', load, metric: 'ownP99' },
];

const closedLoop = (load: string): FigureColumn[] => [
  { title: 'CPU µs/message', load, metric: 'cpuPerCall' },
  { title: 'messages/s', load, metric: 'perSecond' },
  ...latencies(load),
];

const openLoop = (load: string): FigureColumn[] => [
  { title: 'CPU µs/message', load, metric: 'cpuPerCall' },
  ...latencies(load),
];

const clients = (load: string): FigureColumn[] => [
  { title: 'CPU µs/client', load, metric: 'cpuPerCall' },
  { title: 'clients/s', load, metric: 'perSecond' },
  { title: 'p99 ms', load, metric: 'p99' },
];

const returning = '2,000 clients return';

const growthLoads = ['100 watchers', '1,000 watchers', '10,000 watchers'];

/** The tables of docs/benchmark-results.md, by the names of their marks. */
export function resultBlocks(run: SavedRun): Record<string, string> {
  const table = (title: string, scenario: string, columns: readonly FigureColumn[]) =>
    asMarkdown(bySystem(run, title, scenario, columns));
  const chat = (title: string, columns: readonly FigureColumn[]) => table(title, 'chat', columns);
  return {
    paced: table('one room of 1,000 watchers, 20 messages/s', 'paced', [
      { ...paced, title: delivery, metric: 'cpuPerDelivery' },
      { ...paced, title: 'p50 ms', metric: 'p50' },
      { ...paced, title: 'p99 ms', metric: 'p99' },
    ]),
    burst: table('the same room, 400 messages at once', 'burst', [
      { title: delivery, load: '1,000 watchers', metric: 'cpuPerDelivery' },
      { title: 'deliveries/s', load: '1,000 watchers', metric: 'perSecond' },
      { title: 'p50 ms', load: '1,000 watchers', metric: 'p50' },
    ]),
    growth: table(
      '',
      'growth',
      growthLoads.flatMap((load): FigureColumn[] => [
        {
          title: `${load}, ${load.startsWith('10,000') ? 2 : 20} messages/s: ${delivery}`,
          load,
          metric: 'cpuPerDelivery',
        },
        { title: 'p99 ms', load, metric: 'p99' },
      ]),
    ),
    'chat warm': chat(
      'chat, 100 rooms × 5 users who watch and send, closed loop, warm',
      closedLoop('100 rooms × 5 users, closed loop, warm'),
    ),
    'chat cold': chat('the first 10,000 messages of that chat', closedLoop('100 rooms × 5 users, closed loop, cold')),
    'chat open': chat(
      'the same rooms, open loop, 1,000 messages/s, warm',
      openLoop('100 rooms × 5 users, 1,000 messages/s, warm'),
    ),
    'chat open cold': chat(
      'the first messages of that open loop',
      openLoop('100 rooms × 5 users, 1,000 messages/s, cold'),
    ),
    'chat many rooms': chat('chat, 1,000 rooms × 10 users, 500 messages/s', openLoop('1,000 rooms × 10 users')),
    rooms: table('1,000 rooms × 10 watchers, 500 messages/s (only Earshot stores them)', 'rooms', [
      { title: delivery, load: '1,000 rooms', metric: 'cpuPerDelivery' },
      { title: 'p50 ms', load: '1,000 rooms', metric: 'p50' },
      { title: 'p99 ms', load: '1,000 rooms', metric: 'p99' },
    ]),
    sends: table('', 'sends', [
      { title: '500 writers in 100 rooms: CPU µs/send', load: '100 rooms', metric: 'cpuPerCall' },
      { title: 'sends/s', load: '100 rooms', metric: 'perSecond' },
      { title: '500 writers in 10,000 rooms: CPU µs/send', load: '10,000 rooms', metric: 'cpuPerCall' },
      { title: 'a single writer: CPU µs/send', load: '1 room,', metric: 'cpuPerCall' },
      { title: 'p50 ms', load: '1 room,', metric: 'p50' },
    ]),
    connect: table('2,000 clients, 100 at a time', 'connect', [
      ...clients(returning),
      { title: 'mongod µs', load: returning, metric: 'mongodCpu' },
      { title: 'Redis µs', load: returning, metric: 'redisCpu' },
    ]),
    'connect more': table('10,000 clients, 100 at a time', 'connect', [
      ...clients('10,000 clients'),
      { title: 'peak of memory, MB', load: '10,000 clients', metric: 'peakMb' },
    ]),
    'connect Earshot': asMarkdown(earshotClientCells(run)),
    blocks: table('the room of 1,000 watchers, 20 messages/s', 'blocks', [
      { ...paced, title: delivery, metric: 'cpuPerDelivery' },
      { ...paced, title: 'p99 ms', metric: 'p99' },
    ]),
    history: table('newest page of 50 messages', 'history', [
      { title: 'SQLite: CPU µs/page', load: 'last page, SQLite', metric: 'cpuPerCall' },
      { title: 'pages/s', load: 'last page, SQLite', metric: 'perSecond' },
      { title: 'MongoDB: CPU µs/page', load: 'last page, MongoDB', metric: 'cpuPerCall' },
      { title: 'pages/s', load: 'last page, MongoDB', metric: 'perSecond' },
    ]),
    memory: asMarkdown(memoryCells(run)),
  };
}

/** The clients that only Earshot has, beside those that return to all systems. */
function earshotClientCells(run: SavedRun): Cells {
  const of = (text: string, load: string) => ({ text, scenario: 'connect', load, system: 'Earshot' });
  return byCase(run, '100 clients at a time, Earshot on SQLite', clients(''), [
    of('2,000 return, for comparison', returning),
    of('2,000 return with a token each', `${returning} with a token`),
    of('2,000 join as new members', '2,000 clients join'),
    of('1,000 resume, 100 messages missed', '1,000 clients resume'),
  ]);
}

/** Memory is a figure of two scenarios. */
function memoryCells(run: SavedRun): Cells {
  const column = (load: string) => ({ title: load.replace(' idle', ''), load, metric: 'kbPerConnection' as const });
  const [growth, idle] = [
    bySystem(run, 'KB of resident memory for each watcher', 'growth', growthLoads.map(column)),
    bySystem(run, '', 'idle', [column('5,000 idle watchers')]),
  ];
  return growth.map((row) => {
    const [first = '', small = '', medium = '', large = ''] = row;
    const watchers = row === growth[0] ? idle[0]?.[1] : idle.find(([system]) => system === first)?.[1];
    return [first, small, medium, watchers ?? '', large];
  });
}
