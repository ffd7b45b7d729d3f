import { z } from 'zod';

/**
 * What a call may send: superjson's output, checked before superjson reads it. superjson trusts its annotations: text
 * where a tree belongs makes it run until the stack overflows (about 20 ms for 40 bytes), and a typed array is made as
 * long as the sender says. So the annotations must have their shape, and name only kinds that inputs are made of.
 */
const kind = z.union([
  z.enum(['undefined', 'Date', 'number', 'bigint', 'set', 'map']),
  z.tuple([z.literal('custom'), z.literal('ObjectId')]),
]);
type Kind = z.infer<typeof kind>;

type Tree = [Kind] | [Kind, Record<string, Tree>];
const tree: z.ZodType<Tree> = z.lazy(() => z.union([z.tuple([kind]), z.tuple([kind, branches])]));
const branches = z.record(z.string(), tree);

const paths = z.array(z.string());
const pathsByPath = z.record(z.string(), paths);

export const superjsonInput = z.object({
  // Any JSON: the schema of the procedure judges it.
  json: z.any(),
  meta: z
    .object({
      values: z.union([tree, branches]).exactOptional(),
      referentialEqualities: z.union([z.tuple([paths]), z.tuple([paths, pathsByPath]), pathsByPath]).exactOptional(),
      v: z.number().exactOptional(),
    })
    .exactOptional(),
});
