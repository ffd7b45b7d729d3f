import { checkClaims, isMet } from '../claims.ts';
import { asRow, type SavedRun } from '../history.ts';
import { asMarkdown, boundOf, type Cells, formatMeasured } from '../table.ts';
import { targets } from '../targets.ts';
import { byLoad, type FigureRow } from './figureTable.ts';

const insertOne = { 'Socket.IO': 'Socket.IO + insertOne', 'stock tRPC': 'stock tRPC + insertOne' };
const sqlite = { 'Earshot, SQLite': 'Earshot' };
const closedLoop = '100 rooms × 5 users, closed loop';
const openLoop = '100 rooms × 5 users, 1,000 messages/s, warm';
const pacedLoad = '1,000 watchers, 20 messages/s';

/** The tables of docs/performance.md, by the names of their marks. */
export function summaryBlocks(runs: readonly SavedRun[], run: SavedRun): Record<string, string> {
  return {
    deliveries: asMarkdown(deliveryCells(run)),
    messages: asMarkdown(messageCells(run)),
    'rates and latencies': asMarkdown(rateCells(run)),
    targets: asMarkdown(targetCells(runs, run)),
  };
}

function deliveryCells(run: SavedRun): Cells {
  const systems = ['Earshot', 'Socket.IO', 'stock tRPC', 'bare ws loop', 'floor in C'];
  const row = (texts: string[], scenario: string, load: string, bound: string): FigureRow => ({
    ...{ texts, scenario, load, notes: [bound] },
    metric: scenario === 'connect' ? 'cpuPerCall' : 'cpuPerDelivery',
  });
  const upgrades = 'accepting and upgrading connections; checks, membership and the start';
  return [
    ['load', 'for each', ...systems, 'what bounds Earshot'],
    ...byLoad(run, systems, [
      row(['one room of 1,000 watchers, 20 messages/s', 'delivery'], 'paced', pacedLoad, 'a `write` to each socket'),
      row(['the same room, 400 messages at once', 'delivery'], 'burst', '1,000 ', 'the bytes that the kernel copies'),
      row(
        ['1,000 rooms of 10 watchers, 500 messages/s', 'delivery'],
        ...(['rooms', '1,000 ', 'ten writes, and a commit for a single message'] as const),
      ),
      row(['2,000 clients return, 100 at a time', 'client'], 'connect', '2,000 ', upgrades),
      row(['10,000 clients return, 100 at a time', 'client'], 'connect', '10,000 ', 'the same'),
    ]),
  ];
}

function messageCells(run: SavedRun): Cells {
  const stores = ['Earshot, SQLite', 'Earshot, MongoDB'];
  const systems = [...stores, 'Socket.IO + insertOne', 'stock tRPC + insertOne', 'insertOne alone', 'floor in C'];
  const alone = (system: string) => ({ systems: { 'insertOne alone': system } });
  const row = (text: string, scenario: string, load: string, bound: string): FigureRow => ({
    ...{ texts: [text], scenario, load, metric: 'cpuPerCall', notes: [bound] },
    ...alone(load === '1 room,' ? 'one insertOne' : '20 insertOne loops'),
  });
  const many = 'chat of 1,000 rooms × 10 users, 500 messages/s';
  const pages = "SQLite's pages; sockets, JSON and the driver";
  return [
    ['load', ...systems, 'what bounds Earshot'],
    ...byLoad(run, systems, [
      row('chat of 100 rooms × 5 users, closed loop', 'chat', `${closedLoop}, warm`, pages),
      row('its first 10,000 messages', 'chat', `${closedLoop}, cold`, "V8's compilers"),
      row('the same rooms, 1,000 messages/s', 'chat', openLoop, 'little is shared'),
      row(many, 'chat', '1,000 rooms', 'ten writes, and nothing is shared'),
      row('500 writers in 100 rooms', 'sends', '100 rooms', 'inserts, JSON'),
      row(
        '500 writers in 10,000 rooms',
        'sends',
        '10,000 rooms',
        "an insert for each message, V8's garbage collection",
      ),
      row('a single writer', 'sends', '1 room,', 'the driver, the kernel and Node.js: nothing is shared'),
    ]),
  ];
}

function rateCells(run: SavedRun): Cells {
  const systems = ['Earshot, SQLite', 'Earshot, MongoDB', 'Socket.IO', 'stock tRPC', 'bare ws loop'];
  const shown = (texts: string[], scenario: string, load: string, metric: FigureRow['metric']): FigureRow => ({
    ...{ texts, scenario, load, metric },
    systems: scenario === 'chat' ? insertOne : sqlite,
  });
  const untilOwn = 'the same chat at 1,000 messages/s, until the author has the message';
  return [
    ['load', 'figure', ...systems],
    ...byLoad(run, systems, [
      shown(['one room of 1,000 watchers, 20 messages/s', 'p50, ms'], 'paced', pacedLoad, 'p50'),
      shown(['', 'p99, ms'], 'paced', pacedLoad, 'p99'),
      shown(['the same room, 400 messages at once', 'deliveries/s'], 'burst', '1,000 ', 'perSecond'),
      shown(['1,000 watchers, memory for each', 'KB'], 'growth', '1,000 ', 'kbPerConnection'),
      shown(['chat of 100 rooms × 5 users, closed loop', 'messages/s'], 'chat', `${closedLoop}, warm`, 'perSecond'),
      shown([untilOwn, 'p50, ms'], 'chat', openLoop, 'ownP50'),
      shown(['', 'p99, ms'], 'chat', openLoop, 'ownP99'),
      shown(['10,000 clients return, 100 at a time', 'clients/s'], 'connect', '10,000 ', 'perSecond'),
      shown(['the same clients, until the first event', 'p99, ms'], 'connect', '10,000 ', 'p99'),
      shown(['the same clients, peak of memory', 'MB'], 'connect', '10,000 ', 'peakMb'),
    ]),
  ];
}

/** The targets as measured in the run, and in the others. */
function targetCells(runs: readonly SavedRun[], run: SavedRun): Cells {
  const claimsOf = (one: SavedRun) => checkClaims(one.rows.map(asRow));
  const own = claimsOf(run);
  const others = runs.filter((one) => one !== run).map((one) => ({ commit: one.commit, claims: claimsOf(one) }));
  const inOthers = (title: string) =>
    others.flatMap(({ commit, claims }) => {
      const claim = claims.find((one) => one.title === title);
      return claim ? `${formatMeasured(claim)} (${commit})` : [];
    });
  return [
    ['target', 'bound', 'measured', '', 'in other runs'],
    ...targets.flatMap(({ title }) => {
      const claim = own.find((one) => one.title === title);
      if (claim === undefined) return [];
      const verdict = isMet(claim) ? 'met' : 'missed';
      return [[title, boundOf(claim), formatMeasured(claim), verdict, inOthers(title).join(', ')]];
    }),
  ];
}
