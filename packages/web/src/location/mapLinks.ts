import type { Location } from '@earshot/client';

const number = String.raw`[-+]?\d{1,3}(?:\.\d+)?`;
const pair = String.raw`(${number})\s*,\s*(${number})`;

/** Where map links contain the location, most exact first. */
const inLinks: readonly RegExp[] = [
  new RegExp(`!3d(${number})!4d(${number})`), // Google, a named place
  new RegExp(`[?&]mlat=(${number})&mlon=(${number})`), // OpenStreetMap, a marker
  new RegExp(`[?&](?:q|query|ll|sll|center|coordinate|daddr|destination|viewpoint)=(?:loc:)?${pair}`),
  new RegExp(`/(?:place|search|dir/[^/]*)/${pair}(?:[/?]|$)`),
  new RegExp(`@${pair}`), // Google, the centre of the map
  new RegExp(String.raw`#(?:map=)?[\d.]+/(${number})/(${number})`), // OpenStreetMap and MapLibre's hash
  new RegExp(`[?&]cp=(${number})~(${number})`), // Bing
];

/**
 * The location in a `geo:` URI or a map link. `short`: only the map's server knows it; `none`: the link has none;
 * undefined: the text is no such link.
 */
export function locationInLink(input: string): Location | 'short' | 'none' | undefined {
  const scheme = /^(geo|https?):/i.exec(input)?.[1]?.toLowerCase();
  if (scheme === undefined) return undefined;
  const link = unescaped(input);
  const patterns = scheme === 'geo' ? inGeoUris : inLinks;
  for (const pattern of patterns) {
    const [, latitude, longitude] = pattern.exec(link) ?? [];
    if (latitude !== undefined && longitude !== undefined) {
      return { latitude: Number(latitude), longitude: Number(longitude) };
    }
  }
  const short = /^https?:\/\/(?:maps\.app\.goo\.gl|goo\.gl|osm\.org\/go|maps\.apple\/p|binged\.it)/i.test(link);
  return short ? 'short' : 'none';
}

/** In `geo:0,0?q=52.5,13.4`, Android's form, the query holds the location. */
const inGeoUris: readonly RegExp[] = [
  new RegExp(String.raw`^geo:0(?:\.0+)?,0(?:\.0+)?\?(?:.*&)?q=${pair}`, 'i'),
  new RegExp(`^geo:${pair}`, 'i'),
];

function unescaped(link: string): string {
  try {
    return decodeURIComponent(link.replaceAll('+', ' '));
  } catch {
    return link;
  }
}
