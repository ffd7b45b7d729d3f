import type { AppRouter } from '@earshot/server';
import type { TRPCClient } from '@trpc/client';
import type { inferProcedureInput, inferProcedureOutput } from '@trpc/server';
import type { Mutation, Query, Subscription } from './calls.ts';

// The build writes these types out (scripts/flatTypes.ts): users of the package need neither the server's types nor the
// packages that tRPC's declarations import, such as `ws` and Node.js.

type Groups = AppRouter['_def']['record'];

/** What each procedure takes, e.g. `RouterInputs['messages']['send']`. */
export type RouterInputs = {
  [Group in keyof Groups]: { [Name in keyof Groups[Group]]: inferProcedureInput<Groups[Group][Name]> };
};

/** What each procedure answers, e.g. `RouterOutputs['rooms']['nearby']`; a subscription: one of its events. */
export type RouterOutputs = {
  [Group in keyof Groups]: {
    [Name in keyof Groups[Group]]: inferProcedureOutput<Groups[Group][Name]> extends AsyncIterable<infer Event>
      ? Event
      : inferProcedureOutput<Groups[Group][Name]>;
  };
};

/** Every procedure of the server, e.g. `api.rooms.nearby.query(…)`. */
export type EarshotApi = {
  [Group in keyof Groups]: {
    [Name in keyof Groups[Group]]: TRPCClient<AppRouter>[Group] extends Record<Name, infer Call>
      ? Call extends { query: unknown }
        ? Query<RouterInputs[Group][Name], RouterOutputs[Group][Name]>
        : Call extends { mutate: unknown }
          ? Mutation<RouterInputs[Group][Name], RouterOutputs[Group][Name]>
          : Subscription<RouterInputs[Group][Name], RouterOutputs[Group][Name]>
      : never;
  };
};
