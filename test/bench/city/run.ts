import { leavesOutLine } from '../leavesOut.ts';
import { Services } from '../systems/services.ts';
import { callNames } from './calls.ts';
import { type City, openCity } from './city.ts';
import { type CityOptions, cityHelp, readCityOptions, type StoreKind } from './options.ts';

/** Runs `pnpm bench city`. */
export async function benchCity(args: readonly string[]): Promise<void> {
  const options = readCityOptions(args);
  if (options === null) {
    process.stdout.write(cityHelp);
    return;
  }
  await using services = new Services();
  for (const store of options.stores) await compare(services, store, options);
}

const note = (step: string) => process.stderr.write(`${step} after ${Math.round(performance.now() / 1_000)} s\n`);
const count = (value: number) => value.toLocaleString('en');

async function compare(services: Services, store: StoreKind, options: CityOptions): Promise<void> {
  const { small: few, big: many, messagesPerRoom } = options;
  await using small = await openCity(services, { store, rooms: few, messagesPerRoom });
  await using big = await openCity(services, { store, rooms: many, messagesPerRoom });
  note(`${store}: ${count(many)} rooms filled`);
  process.stdout.write(
    `\n${store}: CPU time of a call in the server and in mongod (µs), and its longest hold of the event loop (ms)\n\n`,
  );
  process.stdout.write(
    `| call | ${count(few)} rooms | ${count(many)} rooms | ratio | mongod | mongod | hold | hold |\n|---|---|---|---|---|---|---|---|\n`,
  );
  for (const call of callNames) {
    const [inSmall, inBig] = await measureCalls([small, big], call, options);
    const ratio = (inBig.cpu / inSmall.cpu).toFixed(2);
    const database = `${inSmall.database.toFixed(0)} | ${inBig.database.toFixed(0)}`;
    const holds = `${inSmall.hold.toFixed(1)} | ${inBig.hold.toFixed(1)}`;
    process.stdout.write(
      `| \`${call}\` | ${inSmall.cpu.toFixed(0)} | ${inBig.cpu.toFixed(0)} | ${ratio} | ${database} | ${holds} |\n`,
    );
  }
  await measureCrowd(big, store);
  process.stdout.write(leavesOutLine('city'));
}

interface CallFigures {
  /** Microseconds a call. */
  cpu: number;
  /** Of mongod. */
  database: number;
  /** Milliseconds. */
  hold: number;
}

/** Alternates between the two cities, so that other work on the machine affects both alike. */
async function measureCalls(
  cities: readonly [City, City],
  call: (typeof callNames)[number],
  { rounds, calls }: CityOptions,
): Promise<[CallFigures, CallFigures]> {
  const cpus: [number[], number[]] = [[], []];
  const databases: [number[], number[]] = [[], []];
  const holds: [number[], number[]] = [[], []];
  const each = async (run: (city: City, n: 0 | 1) => Promise<unknown>) => {
    await run(cities[0], 0);
    await run(cities[1], 1);
  };
  const task = { task: 'calls', call, count: calls, pauseMs: 0 } as const;
  await each((city) => city.measure({ task, measureHold: false })); // code is compiled, pages are read
  for (let round = 0; round < rounds; round += 1) {
    await each(async (city, n) => {
      const { cpu, databaseCpu } = await city.measure({ task, measureHold: false });
      cpus[n].push(cpu / calls);
      databases[n].push(databaseCpu / calls);
    });
  }
  const one = { ...task, count: 1, pauseMs: 10 };
  for (let n = 0; n < 20; n += 1) {
    await each(async (city, n) => holds[n].push((await city.measure({ task: one, measureHold: true })).longestHold));
  }
  return [
    { cpu: median(cpus[0]), database: median(databases[0]), hold: median(holds[0]) },
    { cpu: median(cpus[1]), database: median(databases[1]), hold: median(holds[1]) },
  ];
}

/** Many callers in one cell, and one. */
async function measureCrowd(city: City, store: StoreKind): Promise<void> {
  const seconds = 10;
  process.stdout.write(`\n${store}: \`rooms.nearby\` from one cell, in the big city\n\n`);
  process.stdout.write(
    '| calls a second | searches a second | CPU a second (ms) | CPU a call (µs) |\n|---|---|---|---|\n',
  );
  for (const perSecond of [1, 2_000]) {
    const { cpu, searches } = await city.measure({ task: { task: 'crowd', perSecond, seconds }, measureHold: false });
    const figures = [searches / seconds, cpu / 1_000 / seconds, cpu / perSecond / seconds];
    process.stdout.write(`| ${count(perSecond)} | ${figures.map((figure) => figure.toFixed(1)).join(' | ')} |\n`);
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
