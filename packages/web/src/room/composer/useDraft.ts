import { useEffect, useState } from 'react';
import { recall, remember } from '../roomMemory.ts';

/** What the user has begun to write in a room, kept until it is sent. */
export function useDraft(roomId: string): readonly [draft: string, setDraft: (draft: string) => void] {
  const [draft, setDraft] = useState(() => recall('draft', roomId) ?? '');
  useEffect(() => {
    remember('draft', roomId, draft === '' ? null : draft);
  }, [roomId, draft]);
  return [draft, setDraft];
}
