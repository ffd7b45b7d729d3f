import type { Location } from '@earshot/client';

/**
 * Web Mercator (EPSG:3857; J. P. Snyder, "Map Projections: A Working Manual", 1987, p. 41, on a sphere), the projection
 * of street maps: the world is a square of side 1, x to the east from the antimeridian, y to the south.
 */
export interface WorldPoint {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Offset {
  dx: number;
  dy: number;
}

/** The section that a map shows. The world is `tile * 2 ** zoom` pixels wide. */
export interface MapView {
  center: Location;
  zoom: number;
}

/** The latitude at which the square ends. */
export const maxLatitude = 85.051_128_779_806_6;
export const zoomRange = { min: 0, max: 18 } as const;

/** Pixels of the whole world at zoom 0. */
const tile = 256;
/** Metres around the equator (WGS 84). */
const equator = 40_075_016.686;

const clamp = (value: number, min: number, max: number) => Math.min(max, Math.max(min, value));
const radians = (degrees: number) => (degrees * Math.PI) / 180;
const degrees = (angle: number) => (angle * 180) / Math.PI;

export const worldSize = (zoom: number) => tile * 2 ** zoom;
const clampZoom = (zoom: number) => clamp(zoom, zoomRange.min, zoomRange.max);

/** Brings a longitude into -180..180. */
export function wrapLongitude(longitude: number): number {
  if (longitude >= -180 && longitude <= 180) return longitude;
  return ((((longitude + 180) % 360) + 360) % 360) - 180;
}

/** Latitudes beyond the edge of the square are clamped to its edge. */
export function project({ latitude, longitude }: Location): WorldPoint {
  const lat = radians(clamp(latitude, -maxLatitude, maxLatitude));
  return {
    x: (longitude + 180) / 360,
    y: clamp((1 - Math.asinh(Math.tan(lat)) / Math.PI) / 2, 0, 1),
  };
}

export function unproject({ x, y }: WorldPoint): Location {
  return {
    latitude: degrees(Math.atan(Math.sinh(Math.PI * (1 - 2 * clamp(y, 0, 1))))),
    longitude: wrapLongitude(x * 360 - 180),
  };
}

/** The view after its content moved by this many pixels. */
export function panned({ center, zoom }: MapView, { dx, dy }: Offset): MapView {
  const { x, y } = project(center);
  const world = worldSize(zoom);
  return { center: unproject({ x: x - dx / world, y: y - dy / world }), zoom };
}

/** The view zoomed by this many levels. The point `offset` pixels from the centre stays fixed. */
export function zoomed(view: MapView, levels: number, offset: Offset = { dx: 0, dy: 0 }): MapView {
  const zoom = clampZoom(view.zoom + levels);
  const before = panned(view, { dx: -offset.dx, dy: -offset.dy });
  return panned({ center: before.center, zoom }, offset);
}

export function metresPerPixel({ center, zoom }: MapView): number {
  const latitude = clamp(center.latitude, -maxLatitude, maxLatitude);
  return (equator * Math.cos(radians(latitude))) / worldSize(zoom);
}

/** The zoom at which a pixel at the centre of the map is this many metres wide. */
export function zoomFor(metres: number, { latitude }: Location): number {
  const lat = radians(clamp(latitude, -maxLatitude, maxLatitude));
  return Math.log2((equator * Math.cos(lat)) / (metres * tile));
}

/** The longest round length (1, 2 or 5 times a power of ten, in metres) that fits into `maxPixels`. */
export function scaleBar(metresAPixel: number, maxPixels: number): { metres: number; pixels: number } {
  const most = metresAPixel * maxPixels;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((n) => n * power).find((length) => length <= most) ?? power;
  return { metres, pixels: metres / metresAPixel };
}
