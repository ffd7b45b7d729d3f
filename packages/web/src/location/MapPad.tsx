import { useEffect, useRef, useState } from 'react';
import { useText } from '../text/useText.ts';
import { useGestures } from './gestures.ts';
import { graticule } from './graticule.ts';
import { landUnits, loadLand } from './land.ts';
import styles from './MapPad.module.css';
import { type MapView, project, type Size, worldSize } from './mercator.ts';
import { useSize } from './useSize.ts';

export interface MapProps {
  view: MapView;
  /** Called when the user moves or zooms the map. */
  onChange: (change: (view: MapView) => MapView) => void;
  /** The id of the text that explains the controls. */
  describedBy?: string;
}

/** A map of coastlines and degrees that needs no tile server. It can be dragged, zoomed, and moved with the arrow keys. */
export function MapPad({ view, onChange, describedBy }: MapProps) {
  const text = useText();
  const element = useRef<HTMLDivElement>(null);
  const size = useSize(element, { width: 360, height: 280 });
  const gestures = useGestures(element, size, onChange);
  return (
    <div
      ref={element}
      className={styles.pad}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: no native element exists for a map that is moved with keys
      tabIndex={0}
      aria-label={text.location.map}
      aria-describedby={describedBy}
      {...gestures}
    >
      <svg width={size.width} height={size.height} aria-hidden="true">
        <Land view={view} size={size} />
        <Grid view={view} size={size} />
      </svg>
    </div>
  );
}

/** Zoom levels between which the coarse outline fades out. Closer, its error is too large. */
const fading = { from: 6, to: 9 } as const;

function Land({ view, size }: { view: MapView; size: Size }) {
  const [path, setPath] = useState('');
  useEffect(() => {
    let isMounted = true;
    // Without the outline the map still works, so the error is ignored.
    loadLand().then(
      (loaded) => isMounted && setPath(loaded),
      () => {},
    );
    return () => {
      isMounted = false;
    };
  }, []);

  const opacity = Math.min(1, (fading.to - view.zoom) / (fading.to - fading.from));
  if (path === '' || opacity <= 0) return null;
  const world = worldSize(view.zoom);
  const middle = project(view.center);
  const top = size.height / 2 - middle.y * world;
  const left = size.width / 2 - middle.x * world;
  // Land across the antimeridian extends beyond its own copy of the world.
  const copies = [-3, -2, -1, 0, 1, 2, 3].filter(
    (n) => left + (n - 0.5) * world < size.width && left + (n + 1.5) * world > 0,
  );
  return (
    <g opacity={opacity}>
      {copies.map((n) => (
        <path
          key={n}
          className={styles.land}
          d={path}
          transform={`translate(${left + n * world} ${top}) scale(${world / landUnits})`}
        />
      ))}
    </g>
  );
}

function Grid({ view, size }: { view: MapView; size: Size }) {
  const { compass } = useText().radar;
  const { meridians, parallels, decimals } = graticule(view, size);
  const name = (degrees: number, positive: string, negative: string) => {
    const letter = degrees === 0 || Math.abs(degrees) === 180 ? '' : ` ${degrees > 0 ? positive : negative}`;
    return `${Math.abs(degrees).toFixed(decimals)}°${letter}`;
  };
  return (
    <g className={styles.grid}>
      {meridians.map(({ index, degrees, at }) => (
        <g key={index}>
          <line x1={at} x2={at} y1={0} y2={size.height} />
          <text x={at + 4} y={size.height - 6}>
            {name(degrees, compass.east, compass.west)}
          </text>
        </g>
      ))}
      {parallels.map(({ index, degrees, at }) => (
        <g key={index}>
          <line x1={0} x2={size.width} y1={at} y2={at} />
          <text x={6} y={at - 4}>
            {name(degrees, compass.north, compass.south)}
          </text>
        </g>
      ))}
    </g>
  );
}
