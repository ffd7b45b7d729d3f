import type { Location } from '@earshot/client';
import { limits } from '@earshot/shared';
import type { CompassLetters } from './angles.ts';
import { type MapView, worldSize } from './mercator.ts';
import { formatLocation, type LocationProblem, parseLocation } from './parseLocation.ts';

/** The state of choosing a location: the typed text, the view of the map, and the resulting location. */
export interface Picking {
  typed: string;
  chosen: Location | null;
  view: MapView;
  /** Reported when the user has finished typing, not after each letter. */
  problem: LocationProblem | 'nothing' | null;
}

const wholeWorld: MapView = { center: { latitude: 25, longitude: 10 }, zoom: 0.6 };
/** Zoom level that distinguishes the parts of a town. */
const closeUp = 13;

/** Fewer characters are the beginning of too many names. */
const searchMinChars = 2;

/** The text to search for among the names of places; null if it is a location, a link or a number, or too short or long. */
export function searchText({ typed, chosen }: Picking, letters: CompassLetters): string | null {
  const text = typed.trim();
  if (chosen !== null || text.length < searchMinChars || text.length > limits.placeTextChars) return null;
  const parsed = parseLocation(text, letters);
  const isName = !parsed.ok && parsed.problem === 'unreadable' && /\p{L}/u.test(text);
  return isName && !/^\w+:/.test(text) ? text : null;
}

export function startPicking(value: Location | null): Picking {
  return value === null
    ? { typed: '', chosen: null, view: wholeWorld, problem: null }
    : { typed: formatLocation(value), chosen: value, view: { center: value, zoom: closeUp }, problem: null };
}

/** Updates the typed text. The map moves there as soon as the text is a location. */
export function typeLocation(picking: Picking, typed: string, letters: CompassLetters): Picking {
  const parsed = parseLocation(typed, letters);
  if (!parsed.ok) return { ...picking, typed, chosen: null, problem: null };
  const { location } = parsed;
  return {
    typed,
    chosen: location,
    view: { center: location, zoom: Math.max(picking.view.zoom, closeUp) },
    problem: null,
  };
}

/** A place was chosen by its name. */
export function choosePlace({ view }: Picking, label: string, location: Location): Picking {
  const zoom = Math.max(view.zoom, closeUp);
  return { typed: label, chosen: location, view: { center: location, zoom }, problem: null };
}

/** The map was dragged or zoomed: chooses the location under the pin, written with the precision of a pixel. */
export function moveMap(picking: Picking, change: (view: MapView) => MapView): Picking {
  const view = change(picking.view);
  const decimals = Math.min(5, Math.max(0, Math.ceil(Math.log10(worldSize(view.zoom) / 360))));
  return { typed: formatLocation(view.center, decimals), chosen: view.center, view, problem: null };
}

/** Checks the typed text. An empty field is an error only if it is `sent`. */
export function checkLocation(picking: Picking, letters: CompassLetters, sent: boolean): Picking {
  if (picking.chosen !== null) return picking;
  if (picking.typed.trim() === '') return { ...picking, problem: sent ? 'nothing' : null };
  const parsed = parseLocation(picking.typed, letters);
  return { ...picking, problem: parsed.ok ? null : parsed.problem };
}
