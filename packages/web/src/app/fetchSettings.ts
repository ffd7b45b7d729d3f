import { type ErrorCode, isPageSettings, type PageSettings, pageSettingsPath } from '@earshot/shared';
import { isRecord } from '../lib/isRecord.ts';
import { stored } from '../lib/stored.ts';

/** The settings received last, used when the page opens offline. */
export const lastSettings = stored<PageSettings | null>('earshot.settings', (value) =>
  isPageSettings(value) ? value : null,
);

/** The codes with which the server rejects pages of this address. */
const refusals = ['ORIGIN_REFUSED', 'HOST_REFUSED'] as const satisfies readonly ErrorCode[];
type Refusal = (typeof refusals)[number];

/** The reason why the settings could not be loaded. */
export type SettingsProblem = 'SERVER_UNREACHABLE' | Refusal;

export function isRefusal(problem: SettingsProblem | null): problem is Refusal {
  return refusals.some((refusal) => refusal === problem);
}

/** Fetches the settings. Resolves with a problem if the server is unreachable, answers anything else, or rejects pages of this address. */
export async function fetchSettings(signal: AbortSignal): Promise<PageSettings | SettingsProblem> {
  try {
    const response = await fetch(`${pageSettingsPath}?${new URLSearchParams({ origin: location.origin })}`, { signal });
    const body: unknown = await response.json();
    if (response.ok && isPageSettings(body)) return body;
    const code = isRecord(body) ? body.code : undefined;
    return refusals.find((refusal) => refusal === code) ?? 'SERVER_UNREACHABLE';
  } catch {
    return 'SERVER_UNREACHABLE';
  }
}
