import { stored, useStored } from '../app/stored.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const theme = stored<Theme>('earshot.theme', (kept) => themes.find((one) => one === kept) ?? 'system');

/** The chosen theme (`system`: as the device has it), and how to choose another. */
export function useTheme(): readonly [current: Theme, choose: (next: Theme) => void] {
  return [useStored(theme), theme.set];
}

/** Puts the choice where tokens.css looks for it. Call it before the first paint. */
export function applyTheme(): void {
  const apply = () => {
    document.documentElement.dataset.theme = theme.get();
  };
  theme.subscribe(apply);
  apply();
}
