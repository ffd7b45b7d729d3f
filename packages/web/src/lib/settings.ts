import type { PageSettings } from '@earshot/shared';
import { createContext, useContext } from 'react';

export const SettingsContext = createContext<PageSettings | null>(null);

/** The settings that the server gives its page. */
export function useSettings(): PageSettings {
  const settings = useContext(SettingsContext);
  if (settings === null) throw new Error('useSettings must be used inside the App');
  return settings;
}
