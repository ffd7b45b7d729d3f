import type { RouterOutputs } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useEffect, useState } from 'react';

export type Role = RouterOutputs['roles']['own']['role'];

const moderators: readonly Role[] = ['admin', 'moderator', 'areaModerator', 'owner', 'roomModerator'];

/** The user's role in a room if it is a moderator's; null otherwise, while it is loaded, and offline. */
export function useModeratorRole(roomId: string): Role | null {
  const client = useEarshot();
  const [role, setRole] = useState<Role | null>(null);
  useEffect(() => {
    let isCurrent = true;
    setRole(null);
    client?.trpc.roles.own.query({ scope: { type: 'room', roomId } }).then(
      ({ role: own }) => isCurrent && setRole(moderators.includes(own) ? own : null),
      () => {}, // then there is nothing to moderate with
    );
    return () => {
      isCurrent = false;
    };
  }, [client, roomId]);
  return role;
}

/** Whether the role holds on the whole server. */
export const isServerRole = (role: Role | null): boolean => role === 'admin' || role === 'moderator';
