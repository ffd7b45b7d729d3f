import type { Metric } from '../../figures.ts';
import type { SavedRun } from '../history.ts';
import { type Cells, format } from '../table.ts';

/** A column of figures of one load. */
export interface FigureColumn {
  title: string;
  /** The beginning of the load. */
  load: string;
  metric: Metric;
}

/** A row of figures of one load, for several systems. */
export interface FigureRow {
  /** The cells before the figures. */
  texts: string[];
  scenario: string;
  /** The beginning of the load. */
  load: string;
  metric: Metric;
  /** The systems whose names differ from those of the columns. */
  systems?: Record<string, string>;
  /** The cells after the figures. */
  notes?: string[];
}

/** A table with a row for each system that was measured, in the order of the run. */
export function bySystem(run: SavedRun, title: string, scenario: string, columns: readonly FigureColumn[]): Cells {
  const rows = run.rows.filter(
    (row) => row.scenario === scenario && columns.some(({ load }) => row.load.startsWith(load)),
  );
  const systems = [...new Set(rows.map(({ system }) => system))];
  return [
    [title, ...columns.map((column) => column.title)],
    ...systems.map((system) => [
      system,
      ...columns.map(({ load, metric }) => figure(run, { scenario, load, system, metric })),
    ]),
  ];
}

/** The figures of a row, one for each of these systems. */
export function byLoad(run: SavedRun, systems: readonly string[], rows: readonly FigureRow[]): Cells {
  return rows.map(({ texts, notes = [], systems: names = {}, ...where }) => [
    ...texts,
    ...systems.map((system) => figure(run, { ...where, system: names[system] ?? system })),
    ...notes,
  ]);
}

/** A case of a system, as a row. */
export interface CaseRow {
  text: string;
  scenario: string;
  /** The beginning of the load. */
  load: string;
  system: string;
}

/** A table with a row for each of these cases. */
export function byCase(
  run: SavedRun,
  title: string,
  columns: readonly Pick<FigureColumn, 'title' | 'metric'>[],
  cases: readonly CaseRow[],
): Cells {
  return [
    [title, ...columns.map((column) => column.title)],
    ...cases.map(({ text, ...where }) => [text, ...columns.map(({ metric }) => figure(run, { ...where, metric }))]),
  ];
}

/** A figure as text; empty if the run does not have it. */
function figure(
  run: SavedRun,
  { scenario, load, system, metric }: { scenario: string; load: string; system: string; metric: Metric },
): string {
  const row = run.rows.find((one) => one.scenario === scenario && one.load.startsWith(load) && one.system === system);
  return format(row?.figures[metric]);
}
