import { useEffect, useState } from 'react';
import { readDraft, writeDraft } from '../roomStorage.ts';

/** The user's draft in a room, stored until it is sent. */
export function useDraft(userId: string, roomId: string): readonly [draft: string, setDraft: (draft: string) => void] {
  const [draft, setDraft] = useState(() => readDraft(userId, roomId) ?? '');
  useEffect(() => writeDraft(userId, roomId, draft), [userId, roomId, draft]);
  return [draft, setDraft];
}
