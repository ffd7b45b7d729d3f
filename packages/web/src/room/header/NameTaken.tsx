import type { User } from '@earshot/client';
import { useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import { useText } from '../../text/useText.ts';
import { readRoomData, writeRoomData } from '../roomStorage.ts';

interface NameTakenProps {
  roomId: string;
  /** Another user with the same or a similar-looking name; null for none. */
  other: User | null;
  onRename: () => void;
}

/** Warns that another user in the room has the user's name, or one that looks like it, until the user dismisses it. */
export function NameTaken({ roomId, other, onRename }: NameTakenProps) {
  const { room } = useText();
  const [accepted, setAccepted] = useState(() => readRoomData('sameName', roomId));
  if (other === null || accepted === other.userId) return null;

  function keepName(userId: string) {
    writeRoomData('sameName', roomId, userId);
    setAccepted(userId);
  }

  return (
    <Problem cause="NAME_TAKEN">
      <button type="button" className="button" onClick={onRename}>
        {room.rename}
      </button>
      <button type="button" className="button quiet" onClick={() => keepName(other.userId)}>
        {room.stay}
      </button>
    </Problem>
  );
}
