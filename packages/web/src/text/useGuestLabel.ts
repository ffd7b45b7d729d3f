import { isGuestId } from '@earshot/client';
import { useCallback, useContext } from 'react';
import { SettingsContext } from '../lib/settings.ts';
import { useText } from './useText.ts';

/** Returns what follows the name of a user in a sentence: a label for guests. Where identities are not checked, nobody is labelled. */
export function useGuestLabel(): (userId: string) => string {
  const { guest } = useText().app;
  const isChecked = useContext(SettingsContext)?.auth !== 'open';
  return useCallback((userId) => (isChecked && isGuestId(userId) ? ` (${guest})` : ''), [isChecked, guest]);
}
