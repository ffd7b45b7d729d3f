import { isRecord } from './isRecord.ts';
import { stored } from './stored.ts';

/** What the server tells its page, at `/page.json`. */
export interface PageSettings {
  /** `open`: a name is enough. `jwt`: tokens are checked. */
  auth: 'open' | 'jwt';
  /** Whether `auth.guest` gives tokens to anybody. */
  guests: boolean;
  /** Where map tiles come from, with {z}, {x} and {y} in it; null: there is no street map. */
  tileUrl: string | null;
  /** Whom to thank for the map. */
  tileAttribution: string | null;
  messageMaxChars: number;
}

/** The last that was heard: a page that opens offline goes by it. */
export const lastSettings = stored<PageSettings | null>('earshot.settings', (kept) => (isSettings(kept) ? kept : null));

/** Asks the server. Rejects when it can't be reached or answers something else. */
export async function fetchSettings(signal: AbortSignal): Promise<PageSettings> {
  const response = await fetch('/page.json', { signal });
  const settings: unknown = await response.json();
  if (!response.ok || !isSettings(settings)) throw new Error(`/page.json answered ${response.status}`);
  return settings;
}

function isSettings(value: unknown): value is PageSettings {
  return (
    isRecord(value) &&
    (value.auth === 'open' || value.auth === 'jwt') &&
    typeof value.guests === 'boolean' &&
    isTextOrNull(value.tileUrl) &&
    isTextOrNull(value.tileAttribution) &&
    typeof value.messageMaxChars === 'number'
  );
}

// Called while this module loads: a `const` would come too late.
function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
