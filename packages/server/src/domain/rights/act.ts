import type { Role } from '@earshot/shared';
import type { Connection } from '../connection.ts';
import type { Action } from './actions.ts';

/** What a caller is about to do. */
export interface Act {
  readonly connection: Connection;
  readonly action: Action;
  /** Null outside of rooms. */
  readonly roomId: string | null;
}

/** An act that the table allows. `role` is null if the caller's role was not needed: all users, or all members, have the right. */
export interface AllowedAct extends Act {
  readonly role: Role | null;
}
