import type { Metric, Row } from '../figures.ts';
import { type Claim, isMet } from './claims.ts';

const columns: { metric: Metric; title: string }[] = [
  { metric: 'cpuPerDelivery', title: 'CPU µs/delivery' },
  { metric: 'cpuPerCall', title: 'CPU µs/call' },
  { metric: 'busiestCpu', title: 'busiest process µs' },
  { metric: 'mongodCpu', title: 'mongod µs' },
  { metric: 'redisCpu', title: 'Redis µs' },
  { metric: 'perSecond', title: 'per second' },
  { metric: 'p50', title: 'p50 ms' },
  { metric: 'p99', title: 'p99 ms' },
  { metric: 'max', title: 'max ms' },
  { metric: 'ownP50', title: 'own p50 ms' },
  { metric: 'ownP99', title: 'own p99 ms' },
  { metric: 'othersP50', title: 'others p50 ms' },
  { metric: 'othersP99', title: 'others p99 ms' },
  { metric: 'gcPercent', title: 'GC %' },
  { metric: 'kbPerConnection', title: 'KB/connection' },
  { metric: 'peakMb', title: 'peak MB' },
  { metric: 'generatorCores', title: 'generator cores' },
];

export const titleOf = (metric: Metric): string => columns.find((column) => column.metric === metric)?.title ?? metric;

/** The rows of a table, heading first. */
export type Cells = string[][];

/** Columns without any figure are left out. */
export function resultCells(rows: readonly Row[]): Cells {
  const filled = columns.filter(({ metric }) => rows.some(({ figures }) => figures[metric] !== undefined));
  return [
    ['scenario', 'load', 'system', ...filled.map(({ title }) => title), 'first ÷ this'],
    ...rows.map((row, at) => {
      const { scenario, load, system, figures, problem } = row;
      const first = rows.find((one) => one.scenario === scenario && one.load === load);
      const before = rows[at - 1];
      return [
        scenario === before?.scenario ? '' : scenario,
        load === before?.load && scenario === before.scenario ? '' : load,
        problem === null ? system : `${system} (${missing(problem)})`,
        ...filled.map(({ metric }) => format(figures[metric])),
        first === undefined || first === row ? '' : ratios(first, row),
      ];
    }),
  ];
}

/** The reasons why rows have no figures, one sentence each, because the table has no room for it. */
export function problems(rows: readonly Row[]): string[] {
  return rows.flatMap(({ scenario, load, system, problem }) =>
    problem === null ? [] : `${scenario}: ${load}, ${system}: ${problem}`,
  );
}

/** A problem in a word. */
const missing = (problem: string) => (problem.startsWith('FAILED') ? 'FAILED' : 'left out');

/** The ratios of two rows: of CPU, throughput and memory, each only if both rows have the figure. */
function ratios({ figures: first }: Row, { figures: own }: Row): string {
  const quotient = (metric: Metric) => {
    const above = first[metric];
    const below = own[metric];
    return above === undefined || below === undefined || below === 0 ? null : format(above / below);
  };
  const cpu = quotient('cpuPerDelivery') ?? quotient('cpuPerCall');
  const rate = quotient('perSecond');
  const memory = quotient('kbPerConnection');
  return [cpu && `CPU ${cpu}`, rate && `rate ${rate}`, memory && `KB ${memory}`].filter(Boolean).join(', ');
}

export function claimCells(claims: readonly Claim[]): Cells {
  return [
    ['target', 'bound', 'measured', ''],
    ...claims.map((claim) => {
      return [claim.title, boundOf(claim), formatMeasured(claim), isMet(claim) ? 'met' : 'missed'];
    }),
  ];
}

/** The bound of a target, such as “≤ 1.4”. */
export const boundOf = ({ atMost, bound }: Omit<Claim, 'measured'>): string =>
  `${atMost ? '≤' : '≥'} ${bound.toLocaleString('en')}`;

/** The measured figure, with as many digits as show whether it meets the bound: 1.4003 misses “≤ 1.4”, and 1.40 would not show it. */
export function formatMeasured(claim: Claim): string {
  const shows = (text: string) => isMet({ ...claim, measured: Number(text.replaceAll(',', '')) }) === isMet(claim);
  const usual = format(claim.measured);
  if (shows(usual)) return usual;
  const digits = [3, 4, 5, 6].find((count) => shows(claim.measured.toFixed(count)));
  return claim.measured.toFixed(digits ?? 7);
}

/** Three significant digits, as far as that makes sense. */
export function format(value: number | undefined): string {
  if (value === undefined) return '';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

export function asText(cells: Cells): string {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, at) => pad(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return `${cells.map(line).join('\n')}\n`;
}

export function asMarkdown([head = [], ...body]: Cells): string {
  const line = (row: string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `|${head.map(() => '---').join('|')}|`;
  return `${[line(head), rule, ...body.map(line)].join('\n')}\n`;
}

/** Aligns numbers to the right. */
function pad(cell: string, width: number): string {
  return /^[\d.,-]+$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
}
