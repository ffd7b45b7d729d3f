import { isRecord } from './isRecord.ts';
import { stored } from './stored.ts';

/** The settings that the server serves at `/page.json`. */
export interface PageSettings {
  /** `open`: a name is enough. `jwt`: the server verifies tokens. */
  auth: 'open' | 'jwt';
  /** Whether `auth.guest` issues tokens to anybody. */
  guests: boolean;
  /** URL template of the map tiles, with {z}, {x} and {y}; null if there is no street map. */
  tileUrl: string | null;
  /** The attribution of the map; null for none. */
  tileAttribution: string | null;
  messageMaxChars: number;
}

/** The settings received last, used when the page opens offline. */
export const lastSettings = stored<PageSettings | null>('earshot.settings', (kept) => (isSettings(kept) ? kept : null));

/** The codes with which the server rejects pages of this address. */
const refusals = ['ORIGIN_REFUSED', 'HOST_REFUSED'] as const;
type Refusal = (typeof refusals)[number];

/** Why the settings could not be loaded. */
export type SettingsProblem = 'SERVER_UNREACHABLE' | Refusal;

export function isRefusal(problem: SettingsProblem | null): problem is Refusal {
  return refusals.some((refusal) => refusal === problem);
}

/** Fetches the settings. Resolves with a problem if the server is unreachable, answers anything else, or rejects pages of this address. */
export async function fetchSettings(signal: AbortSignal): Promise<PageSettings | SettingsProblem> {
  try {
    const response = await fetch(`/page.json?${new URLSearchParams({ origin: location.origin })}`, { signal });
    const answer: unknown = await response.json();
    if (response.ok && isSettings(answer)) return answer;
    const code = isRecord(answer) ? answer.code : undefined;
    return refusals.find((refusal) => refusal === code) ?? 'SERVER_UNREACHABLE';
  } catch {
    return 'SERVER_UNREACHABLE';
  }
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

// A function declaration, because it is called while this module loads and a `const` would not be initialized yet.
function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
