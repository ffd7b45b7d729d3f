import { isChosen, refuseUnmatched } from '../../resources/commandLine.ts';
import type { StoreKind } from '../city/options.ts';
import { leavesOutLine } from '../leavesOut.ts';
import { Services } from '../systems/services.ts';
import { dataCalls } from './calls/calls.ts';
import { atFullScale, smallScale } from './dataSet.ts';
import { type DataDeployment, openDeployment } from './deployment.ts';
import { jobs } from './jobs.ts';
import { measureCall } from './measureCall.ts';
import { type DataOptions, dataHelp, readDataOptions } from './options.ts';
import { goals, problems } from './verdict.ts';

/** Runs `pnpm bench data`. Sets the exit status 1 if a call misses a goal. */
export async function benchData(args: readonly string[]): Promise<void> {
  const options = readDataOptions(args);
  if (options === null) return print(dataHelp);
  refuseUnmatched(options.only, [...Object.keys(dataCalls), ...taskNames], 'call or job');
  await using services = new Services();
  for (const store of options.stores) await compare(services, store, options);
}

const print = (text: string): void => void process.stdout.write(text);
const note = (step: string) => process.stderr.write(`${step} after ${Math.round(performance.now() / 1_000)} s\n`);
const count = (value: number) => Math.round(value).toLocaleString('en');

const jobNames = Object.keys(jobs) as (keyof typeof jobs)[];
/** What is measured once, after the calls. */
const taskNames = ['export', ...jobNames];

type Both = readonly [DataDeployment, DataDeployment];

async function compare(services: Services, store: StoreKind, options: DataOptions): Promise<void> {
  const { keep } = options;
  await using small = await openDeployment({ services, kind: store, scale: smallScale, keep });
  await using big = await openDeployment({ services, kind: store, scale: options.scale, keep });
  note(`${store}: filled`);
  const sizes = Object.entries(atFullScale).map(([kind, full]) => `${count(full * options.scale)} ${kind}`);
  print(
    `\n${store}: ${sizes.join(', ')}, and a thousandth of the full set\n\nTwo figures in a cell: the small set, the big set\n\n`,
  );
  await compareCalls([small, big], options);
  await compareJobs([small, big], options);
  await printSizes(big);
  print(leavesOutLine('data'));
}

async function compareCalls(both: Both, options: DataOptions): Promise<void> {
  print(
    '| call | CPU: µs | ratio | mongod: µs | p50: ms | p99: ms | hold: ms | tries | |\n|---|---|---|---|---|---|---|---|---|\n',
  );
  let missed = 0;
  const names = Object.keys(dataCalls).filter((name) => isChosen(options.only, name));
  for (const name of names) {
    const { small, big, tries } = await measureCall(name, both, options);
    const pair = (figure: 'cpu' | 'database' | 'p50' | 'p99' | 'hold', digits: number) =>
      `${small[figure].toFixed(digits)}, ${big[figure].toFixed(digits)}`;
    const wrong = problems(small, big);
    if (wrong.length > 0) missed += 1;
    const ratio = (big.cpu / small.cpu).toFixed(2);
    const cells = [pair('cpu', 0), ratio, pair('database', 0), pair('p50', 1), pair('p99', 1), pair('hold', 1)];
    print(`| \`${name}\` | ${[...cells, tries, wrong.join(', ')].join(' | ')} |\n`);
  }
  print(
    `\n${names.length - missed} of ${names.length} calls reach the goals: a ratio of at most ${goals.ratio}, a hold of at most ${goals.holdMs} ms\n`,
  );
  if (missed > 0) process.exitCode = 1;
}

async function compareJobs(both: Both, options: DataOptions): Promise<void> {
  print('\n| | small set | big set |\n|---|---|---|\n');
  const [small, big] = both.map(
    ({ started: { startMs, startCpu, memory, databaseCpu } }) =>
      `${count(startMs)} ms, ${count(startCpu / 1_000)} ms of CPU time, ${count(databaseCpu / 1_000)} of mongod, ${count(memory)} MB afterwards`,
  );
  print(`| start | ${small} | ${big} |\n`);
  const tasks = [
    ['export', { caller: { step: 'export' }, measureHold: true }] as const,
    ...jobNames.map((job) => [job, { job }] as const),
  ];
  for (const [name, task] of tasks.filter(([job]) => isChosen(options.only, job))) {
    const cells: string[] = [];
    for (const one of both) {
      const { cpu, databaseCpu, hold, failed, done } = await one.ask(task);
      const times = `${count(cpu / 1_000)} ms of CPU time, ${count(databaseCpu / 1_000)} of mongod, hold ${hold.toFixed(1)} ms`;
      cells.push(failed ?? [done, times].filter((text) => text !== undefined).join(': '));
    }
    print(`| ${name} | ${cells.join(' | ')} |\n`);
  }
}

async function printSizes(deployment: DataDeployment): Promise<void> {
  print('\n| table or index | MB | uses |\n|---|---|---|\n');
  for (const { name, bytes, uses } of await deployment.sizes())
    print(`| ${name} | ${(bytes / 1e6).toFixed(1)} | ${uses ?? ''} |\n`);
}
