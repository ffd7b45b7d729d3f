import type { Bench } from '../bench.ts';
import type { Figures } from '../figures.ts';

export interface Scenario {
  name: string;
  /** A line for `--help`. */
  about: string;
  /** What is done, and to whom. Of several cases with one load, the first is the one that others are compared with. */
  cases(options: { quick: boolean }): Case[];
}

export interface Case {
  load: string;
  system: string;
  /** Connections open at a time: each takes a file descriptor in the server and in the generator. */
  connections: number;
  run(bench: Bench): Promise<Figures>;
}
