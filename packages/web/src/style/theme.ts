import { stored, useStored } from '../lib/stored.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const theme = stored<Theme>('earshot.theme', (value) => themes.find((one) => one === value) ?? 'system');

/** The chosen theme (`system` follows the device), and the function that changes it. */
export function useTheme(): readonly [current: Theme, choose: (next: Theme) => void] {
  return [useStored(theme), theme.set];
}

/** Sets the attribute that tokens.css reads. Call it before the first paint. */
export function applyTheme(): void {
  const apply = () => {
    document.documentElement.dataset.theme = theme.get();
  };
  theme.subscribe(apply);
  apply();
}
