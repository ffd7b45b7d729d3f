import type { User } from '@earshot/client';

/** Another user in a room, and one of their messages where the dialog was opened from it. */
export interface Person {
  readonly roomId: string;
  readonly user: User;
  readonly messageId: string | null;
}
