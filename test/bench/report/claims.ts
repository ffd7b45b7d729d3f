import type { Row } from '../figures.ts';
import { type Rows, targets } from './targets.ts';

/** A performance claim of Earshot: a ratio of two figures of one run. */
export interface Claim {
  title: string;
  bound: number;
  atMost: boolean;
  measured: number;
}

/** The claims that these rows can check. */
export function checkClaims(rows: readonly Row[]): Claim[] {
  return targets.flatMap(({ title, metric, of, by, atMost, atLeast }) => {
    const above = find(rows, of)?.figures[metric];
    const below = by === undefined ? 1 : find(rows, by)?.figures[metric];
    const bound = atMost ?? atLeast;
    if (above === undefined || below === undefined || below === 0 || bound === undefined) return [];
    return { title, bound, atMost: atMost !== undefined, measured: above / below };
  });
}

export const isMet = ({ atMost, bound, measured }: Claim): boolean => (atMost ? measured <= bound : measured >= bound);

function find(rows: readonly Row[], { scenario, system, load = /./ }: Rows): Row | undefined {
  return rows.find((row) => row.scenario === scenario && row.system === system && load.test(row.load));
}
