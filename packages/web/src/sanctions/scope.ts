import type { RouterInputs } from '@earshot/client';

/** Where a moderator acts: on the whole server, in an area or in a room. */
export type Scope = RouterInputs['reports']['list']['scope'];
