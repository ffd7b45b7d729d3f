import { useEffect, useState } from 'react';
import { recall, remember } from '../roomMemory.ts';

/** The user's draft in a room, stored until it is sent. */
export function useDraft(userId: string, roomId: string): readonly [draft: string, setDraft: (draft: string) => void] {
  const key = `${encodeURIComponent(userId)}/${roomId}`;
  const [draft, setDraft] = useState(() => recall('draft', key) ?? '');
  useEffect(() => {
    remember('draft', key, draft === '' ? null : draft);
  }, [key, draft]);
  return [draft, setDraft];
}
