import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figures, Row } from '../figures.ts';
import { type Machine, machineLine } from '../machine.ts';
import { checkClaims, isMet } from './claims.ts';
import { boundOf, type Cells, formatMeasured } from './table.ts';
import { targets } from './targets.ts';

/** The medians of a run, as `test/bench/history` keeps them. */
export interface SavedRun {
  /** When it was saved, in UTC: 2026-01-31T09:30Z. The first four runs have the time of their commit. */
  at: string;
  /** The beginning of the commit's hash, with `-changed` if there were uncommitted changes. */
  commit: string;
  machine: Machine;
  rounds: number;
  rows: SavedRow[];
}
type SavedRow = Pick<Row, 'scenario' | 'load' | 'system'> & { figures: Figures };

const execute = promisify(execFile);
const folderIn = (checkout: string) => join(checkout, 'test/bench/history');

/**
 * Saves a run. Scenarios that an earlier run of the same commit saved on this day, on the same machine and with as many rounds, and that this one did not
 * run, are kept.
 */
export async function saveRun(
  checkout: string,
  { machine, rounds, rows: measured }: Omit<SavedRun, 'at' | 'commit'>,
  now = new Date(),
): Promise<string> {
  const at = `${now.toISOString().slice(0, 16)}Z`;
  const commit = await describeCommit(checkout);
  await mkdir(folderIn(checkout), { recursive: true });
  const kindOf = (one: Omit<SavedRun, 'rows'>) => [dayOf(one), one.commit, machineLine(one.machine), one.rounds].join();
  const kind = kindOf({ at, commit, machine, rounds });
  const earlier = (await readHistory(checkout)).find((one) => kindOf(one) === kind);
  const others = (earlier?.rows ?? []).filter((row) => measured.every(({ scenario }) => scenario !== row.scenario));
  const own = measured.map(({ scenario, load, system, figures }) => ({ scenario, load, system, figures }));
  const run: SavedRun = { at, commit, machine, rounds, rows: [...others, ...own] };
  const file = fileOf(checkout, run);
  await writeFile(file, `${JSON.stringify(run, null, 2)}\n`);
  if (earlier && fileOf(checkout, earlier) !== file) await rm(fileOf(checkout, earlier));
  return file;
}

const dayOf = ({ at }: Pick<SavedRun, 'at'>) => at.slice(0, 10);

/** The time in the name has no colon, which some file systems refuse. */
export const fileOf = (checkout: string, { at, commit }: Pick<SavedRun, 'at' | 'commit'>) =>
  join(folderIn(checkout), `${at.slice(0, 10)}-${at.slice(11, 13)}${at.slice(14, 16)}-${commit}.json`);

async function describeCommit(checkout: string): Promise<string> {
  const git = async (...args: string[]) => (await execute('git', args, { cwd: checkout })).stdout.trim();
  const commit = await git('rev-parse', '--short=8', 'HEAD');
  const changes = await git('status', '--porcelain', '--', '.', ':!test/bench/history');
  return changes === '' ? commit : `${commit}-changed`;
}

/** All saved runs, oldest first. */
export async function readHistory(checkout: string): Promise<SavedRun[]> {
  const names = (await readdir(folderIn(checkout)).catch(() => [])).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(names.map((name) => readFile(join(folderIn(checkout), name), 'utf8')));
  const runs = texts.map((text): SavedRun => JSON.parse(text));
  return runs.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Runs in the table. */
const shown = 6;

/** The latest runs, each a column of measured targets, with those that are missed marked: ratios, so that runs on different machines can be compared. */
export function historyCells(runs: readonly SavedRun[]): Cells {
  const latest = runs.slice(-shown).map((run) => ({ ...run, claims: checkClaims(run.rows.map(asRow)) }));
  const measured = targets.map(({ title, atMost, atLeast }) => [
    title,
    boundOf({ title, bound: atMost ?? atLeast ?? Number.NaN, atMost: atMost !== undefined }),
    ...latest.map(({ claims }) => {
      const claim = claims.find((one) => one.title === title);
      return claim ? `${formatMeasured(claim)}${isMet(claim) ? '' : ' missed'}` : '';
    }),
  ]);
  return [
    ['target', 'bound', ...latest.map(({ at, commit }) => `${at} ${commit}`)],
    ...measured.filter(([, , ...values]) => values.some((value) => value !== '')),
  ];
}

/** The machine of each of these runs. */
export const historyMachines = (runs: readonly SavedRun[]): string[] =>
  runs.slice(-shown).map(({ at, commit, machine }) => `${at} ${commit}: ${machineLine(machine)}`);

export const asRow = (row: SavedRow): Row => ({ ...row, rounds: [], problem: null });
