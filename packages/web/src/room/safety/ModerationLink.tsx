import type { Role } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useEffect, useState } from 'react';
import { useSafetyText } from '../../text/useSafetyText.ts';

interface ModerationLinkProps {
  roomId: string;
  isOwner: boolean;
  /** The user's role since it changed; null until then. */
  role: Role | null;
}

/** For the owner of the room, and users who moderate the server, an area or a room: the way to the page for moderators. */
export function ModerationLink({ roomId, isOwner, role }: ModerationLinkProps) {
  const text = useSafetyText();
  const client = useEarshot();
  const [isModerator, setIsModerator] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the answer changes with the role
  useEffect(() => {
    let isMounted = true;
    client?.trpc.auth.session.query().then(
      ({ roles, areas, rooms }) => isMounted && setIsModerator(roles.length + areas.length + rooms.length > 0),
      () => {}, // offline: the page could not be opened either
    );
    return () => {
      isMounted = false;
    };
  }, [client, role]);
  if (!isModerator && !isOwner) return null;
  return (
    <a className="button" href={`/moderate?room=${encodeURIComponent(roomId)}`}>
      {text.moderate}
    </a>
  );
}
