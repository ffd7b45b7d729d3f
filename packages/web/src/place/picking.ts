import type { Location } from '@earshot/client';
import type { CompassLetters } from './angles.ts';
import { type MapView, worldSize } from './mercator.ts';
import { formatPlace, type PlaceProblem, parsePlace } from './parsePlace.ts';

/** A place being chosen: what is typed, what is under the pin, and what both come to. */
export interface Picking {
  typed: string;
  chosen: Location | null;
  view: MapView;
  /** Told when the person has finished typing, not at each letter. */
  problem: PlaceProblem | 'nothing' | null;
}

const wholeWorld: MapView = { center: { latitude: 25, longitude: 10 }, zoom: 0.6 };
/** Close enough to tell one part of a town from another. */
const closeUp = 13;

export function startPicking(value: Location | null): Picking {
  return value === null
    ? { typed: '', chosen: null, view: wholeWorld, problem: null }
    : { typed: formatPlace(value), chosen: value, view: { center: value, zoom: closeUp }, problem: null };
}

/** The map follows what is typed as soon as it is a place. */
export function typePlace(picking: Picking, typed: string, letters: CompassLetters): Picking {
  const parsed = parsePlace(typed, letters);
  if (!parsed.ok) return { ...picking, typed, chosen: null, problem: null };
  const { location } = parsed;
  return {
    typed,
    chosen: location,
    view: { center: location, zoom: Math.max(picking.view.zoom, closeUp) },
    problem: null,
  };
}

/** The map was dragged or zoomed: the place is what lies under the pin, written as exactly as a pixel is wide. */
export function moveMap(picking: Picking, change: (view: MapView) => MapView): Picking {
  const view = change(picking.view);
  const decimals = Math.min(5, Math.max(0, Math.ceil(Math.log10(worldSize(view.zoom) / 360))));
  return { typed: formatPlace(view.center, decimals), chosen: view.center, view, problem: null };
}

/** What keeps what is typed from being a place. An empty field is no mistake until it is `sent`. */
export function checkPlace(picking: Picking, letters: CompassLetters, sent: boolean): Picking {
  if (picking.chosen !== null) return picking;
  if (picking.typed.trim() === '') return { ...picking, problem: sent ? 'nothing' : null };
  const parsed = parsePlace(picking.typed, letters);
  return { ...picking, problem: parsed.ok ? null : parsed.problem };
}
