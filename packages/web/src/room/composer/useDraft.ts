import { useEffect, useState } from 'react';
import { readRoomData, writeRoomData } from '../roomStorage.ts';

/** The user's draft in a room, stored until it is sent. */
export function useDraft(userId: string, roomId: string): readonly [draft: string, setDraft: (draft: string) => void] {
  const key = `${encodeURIComponent(userId)}/${roomId}`;
  const [draft, setDraft] = useState(() => readRoomData('draft', key) ?? '');
  useEffect(() => {
    writeRoomData('draft', key, draft === '' ? null : draft);
  }, [key, draft]);
  return [draft, setDraft];
}
