import type { Location } from '@earshot/client';

const number = String.raw`[-+]?\d{1,3}(?:\.\d+)?`;
const pair = String.raw`(${number})\s*,\s*(${number})`;

/** Where maps write the place that a link shows, most exact first. */
const inLinks: readonly RegExp[] = [
  new RegExp(`!3d(${number})!4d(${number})`), // Google, a named place
  new RegExp(`[?&]mlat=(${number})&mlon=(${number})`), // OpenStreetMap, a marker
  new RegExp(`[?&](?:q|query|ll|sll|center|coordinate|daddr|destination|viewpoint)=(?:loc:)?${pair}`),
  new RegExp(`/(?:place|search|dir/[^/]*)/${pair}(?:[/?]|$)`),
  new RegExp(`@${pair}`), // Google, the middle of the map
  new RegExp(String.raw`#(?:map=)?[\d.]+/(${number})/(${number})`), // OpenStreetMap and MapLibre's hash
  new RegExp(`[?&]cp=(${number})~(${number})`), // Bing
];

/**
 * The place that a `geo:` URI or a map's link names, as the two numbers in it. `short`: only the map's server knows it;
 * `none`: there is none in it; undefined: the text is no such link.
 */
export function linkedPlace(input: string): Location | 'short' | 'none' | undefined {
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

/** `geo:0,0?q=52.5,13.4` is Android's way to say that the query is what counts. */
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
