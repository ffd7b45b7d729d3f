import type { Bench } from '../bench.ts';
import type { Figures } from '../figures.ts';

export interface Scenario {
  name: string;
  /** One line for `--help`. */
  about: string;
  /** The parts of a real application that its figures don't show. */
  leavesOut: string;
  /** The cases, each a load on a system. Of several cases with one load, the first is the baseline of the others. */
  cases(options: { quick: boolean }): Case[];
}

export interface Case {
  load: string;
  system: string;
  /** Connections open at a time. Each takes a file descriptor in the server and in the generator. */
  connections: number;
  run(bench: Bench): Promise<Figures>;
}
