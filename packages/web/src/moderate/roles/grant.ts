import type { RouterInputs } from '@earshot/client';

/** A role to be granted. */
export type Grant = Pick<RouterInputs['roles']['grant'], 'userId' | 'username' | 'role'>;
