import { callProcedure } from '../../../resources/procedures.ts';
import type { Tools } from './tools.ts';

/** A measured call. `n` is another number each time, so that no answer comes from a cache. */
export interface DataCall {
  /** What the call needs; it is not measured. */
  prepare?: (tools: Tools, n: number) => Promise<unknown>;
  run(tools: Tools, n: number): Promise<unknown>;
}

export type DataCalls = Readonly<Record<string, DataCall>>;

type Input = (tools: Tools, n: number) => unknown;
type Prepare = DataCall['prepare'];

const nothing: Input = () => ({});
const more = (prepare: Prepare) => (prepare === undefined ? {} : { prepare });

/** A call of `heavyUser`. */
export const byUser = (path: string, input: Input = nothing, prepare?: Prepare): DataCall => ({
  ...more(prepare),
  run: async (tools, n) => callProcedure(tools.user, path, await input(tools, n)),
});

/** A call of an admin. */
export const byModerator = (path: string, input: Input = nothing, prepare?: Prepare): DataCall => ({
  ...more(prepare),
  run: async (tools, n) => callProcedure(tools.moderator, path, await input(tools, n)),
});

/** The user who makes a call that each user may make only once, or a few times. */
export const newcomer = (path: string, n: number): string => `newcomer ${path} ${n}`;

/** A call over HTTP, each of another user. `prepare` gets their token signed. */
export const byNewcomer = (path: string, input: Input = nothing, prepare?: Prepare): DataCall => ({
  prepare: async (tools, n) => {
    await tools.tokenOf(newcomer(path, n));
    await prepare?.(tools, n);
  },
  run: async (tools, n) => tools.callAs(newcomer(path, n), path, await input(tools, n), n),
});

/** A call over HTTP without an identity, each from another address. */
export const byStranger = (path: string, input: Input = nothing, prepare?: Prepare): DataCall => ({
  ...more(prepare),
  run: async (tools, n) => tools.callAs(null, path, await input(tools, n), n),
});

/** Leaves the `id` of an answer for the call. */
export function keepId(tools: Tools, n: number, answer: unknown): void {
  if (typeof answer !== 'object' || answer === null || !('id' in answer)) throw new Error('an answer without an id');
  tools.prepared.set(n, String(answer.id));
}

/** The id that a preparation left. */
export const preparedId = ({ prepared }: Tools, n: number): string => prepared.get(n) ?? '';
