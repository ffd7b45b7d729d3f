/** The path of the page's settings on the server. */
export const pageSettingsPath = '/page.json';

/** The settings that the page needs before it connects. */
export interface PageSettings {
  /** `open`: a name is enough. `jwt`: the server verifies tokens. `service`: another service does, and they may have any form. */
  auth: 'open' | 'jwt' | 'service';
  /** Whether `auth.guest` issues tokens to anybody. */
  guests: boolean;
  /** URL template of the map tiles, with {z}, {x} and {y}; null if there is no street map. */
  tileUrl: string | null;
  /** The attribution of the map; null for none. */
  tileAttribution: string | null;
  messageMaxChars: number;
}

/** Whether a value is settings, as far as the page relies on them. (No schema, because the schema library would double the page.) */
export function isPageSettings(value: unknown): value is PageSettings {
  if (typeof value !== 'object' || value === null) return false;
  const { auth, guests, tileUrl, tileAttribution, messageMaxChars }: Partial<Record<keyof PageSettings, unknown>> =
    value;
  return (
    (auth === 'open' || auth === 'jwt' || auth === 'service') &&
    typeof guests === 'boolean' &&
    isTextOrNull(tileUrl) &&
    isTextOrNull(tileAttribution) &&
    typeof messageMaxChars === 'number'
  );
}

const isTextOrNull = (value: unknown) => value === null || typeof value === 'string';
