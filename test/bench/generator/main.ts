import { Generator } from './generator.ts';

/** The generator's process: executes one order after another from its parent, and ends with it. */

export type Method = Exclude<keyof Generator, symbol>;
type Parameter<M extends Method> = Parameters<Generator[M]>[0];
export type Result<M extends Method> = Awaited<ReturnType<Generator[M]>>;
/** The arguments of a method: none, or one serializable object. */
export type Args<M extends Method> = undefined extends Parameter<M> ? [] : [order: Parameter<M>];

export interface Request {
  id: number;
  method: Method;
  order: unknown;
}
export type Reply = { id: number; result: unknown } | { id: number; error: string };

const generator = new Generator(JSON.parse(process.argv[2] ?? ''));

process.on('message', async ({ id, method, order }: Request) => {
  const reply = (message: Reply) => process.send?.(message);
  try {
    // `Args` types both sides of the channel alike; the message itself is untyped.
    const run: (order: never) => unknown = generator[method].bind(generator);
    reply({ id, result: await run(order as never) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit());
