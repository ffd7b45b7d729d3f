import type { RouterOutputs } from '@earshot/client';

/** What is known about a user. */
export type Person = RouterOutputs['moderation']['user'];
