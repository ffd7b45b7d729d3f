import { usePickerText } from '../text/usePickerText.ts';
import { useLanguage } from '../text/useText.ts';
import { Attribution } from './Attribution.tsx';
import { formatDistance } from './distance.ts';
import { LazyStreetMap } from './LazyStreetMap.tsx';
import styles from './MapFrame.module.css';
import { MapPad, type MapProps } from './MapPad.tsx';
import { metresPerPixel, scaleBar, zoomed, zoomRange } from './mercator.ts';
import { useTiles } from './tiles.ts';

interface MapFrameProps extends MapProps {
  /** Whether the location under the pin counts as chosen. */
  chosen: boolean;
}

/** Metres per pixel above which a pin is too imprecise. */
const impreciseMetres = 100;

/** A map with a pin at its centre, a scale and zoom buttons. With tiles it is a street map, otherwise a plain one. */
export function MapFrame({ chosen, ...map }: MapFrameProps) {
  const text = usePickerText();
  const tiles = useTiles();
  const metres = metresPerPixel(map.view);
  return (
    <div className={styles.frame}>
      {tiles === null ? <MapPad {...map} /> : <LazyStreetMap tiles={tiles} meanwhile={<MapPad {...map} />} {...map} />}
      <Attribution tiles={tiles} className={styles.attribution} />
      <Pin chosen={chosen} />
      {chosen && metres > impreciseMetres && <p className={styles.closer}>{text.zoomCloser}</p>}
      <ScaleBar metresAPixel={metres} />
      <div className={styles.zoom}>
        <ZoomButton name={text.zoomIn} levels={1} {...map} />
        <ZoomButton name={text.zoomOut} levels={-1} {...map} />
      </div>
    </div>
  );
}

function ZoomButton({ name, levels, view, onChange }: MapProps & { name: string; levels: 1 | -1 }) {
  const atEnd = levels > 0 ? view.zoom >= zoomRange.max : view.zoom <= zoomRange.min;
  return (
    <button
      type="button"
      aria-label={name}
      aria-disabled={atEnd}
      onClick={() => onChange((now) => zoomed(now, levels))}
    >
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
        <path d={levels > 0 ? 'M3 9h12M9 3v12' : 'M3 9h12'} />
      </svg>
    </button>
  );
}

function Pin({ chosen }: { chosen: boolean }) {
  return (
    <svg className={styles.pin} data-chosen={chosen} width="36" height="46" viewBox="0 0 36 46" aria-hidden="true">
      <ellipse cx="18" cy="43" rx="6" ry="2.4" />
      <path d="M18 42C18 42 5 26 5 16a13 13 0 0 1 26 0c0 10-13 26-13 26Z" />
      <circle cx="18" cy="16" r="4.6" />
    </svg>
  );
}

function ScaleBar({ metresAPixel }: { metresAPixel: number }) {
  const [language] = useLanguage();
  const { metres, pixels } = scaleBar(metresAPixel, 96);
  return (
    <div className={styles.scale} aria-hidden="true">
      <span style={{ width: `${pixels}px` }} />
      {formatDistance(metres, language)}
    </div>
  );
}
