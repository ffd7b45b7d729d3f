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

/** The server refuses pages of this address. */
const refusals = ['ORIGIN_REFUSED', 'HOST_REFUSED'] as const;
type Refusal = (typeof refusals)[number];

/** Why the settings could not be got. */
export type SettingsProblem = 'SERVER_UNREACHABLE' | Refusal;

export function isRefusal(problem: SettingsProblem | null): problem is Refusal {
  return refusals.some((refusal) => refusal === problem);
}

/** Asks the server. Tells when it can't be reached or answers something else, and when it refuses pages of this address. */
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

// Called while this module loads: a `const` would come too late.
function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
