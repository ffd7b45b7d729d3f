import type { AppRouter } from '@earshot/server';
import type { TRPCClient } from '@trpc/client';
import type { inferProcedureInput, inferProcedureOutput } from '@trpc/server';
import type { Mutation, Query, Subscription } from './procedureTypes.ts';

// The build expands these types (scripts/flatTypes.ts), so users of the package need neither the server's types nor the
// packages that tRPC's declarations import, such as `ws` and Node.js.

type Groups = AppRouter['_def']['record'];

/** The input of each procedure, e.g. `RouterInputs['messages']['send']`. */
export type RouterInputs = {
  [Group in keyof Groups]: { [Name in keyof Groups[Group]]: inferProcedureInput<Groups[Group][Name]> };
};

/** The output of each procedure, e.g. `RouterOutputs['rooms']['nearby']`. For a subscription, the type of its events. */
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
