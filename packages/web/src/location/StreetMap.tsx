import { Map as MapLibreMap, setWorkerUrl } from 'maplibre-gl';
// A file of this server, because the page's content security policy forbids workers from blobs.
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import 'maplibre-gl/dist/maplibre-gl.css';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useText } from '../text/useText.ts';
import { type MapView, zoomRange } from './mercator.ts';
import PlainMap from './PlainMap.tsx';
import styles from './StreetMap.module.css';
import type { StreetMapProps } from './streetMapProps.ts';

/** The street map of a tile server. Without `onChange` it is a static backdrop. `Attribution` names its makers. */
export default function StreetMap(props: StreetMapProps) {
  const { tiles, view, onChange, describedBy } = props;
  const text = useText();
  const element = useRef<HTMLDivElement>(null);
  const { map, failed } = useMapLibre(element, { tiles, view, onChange });

  useEffect(() => {
    if (map !== null && !shows(map, view)) map.jumpTo(camera(view));
  }, [map, view]);

  useEffect(() => {
    const canvas = map?.getCanvas();
    if (canvas === undefined || onChange === undefined) return;
    canvas.setAttribute('aria-label', text.location.map);
    if (describedBy !== undefined) canvas.setAttribute('aria-describedby', describedBy);
  }, [map, onChange, text, describedBy]);

  if (failed) return <PlainMap {...props} />;
  return <div ref={element} className={styles.map} aria-hidden={onChange === undefined} />;
}

/** MapLibre counts zoom levels from a world of 512 pixels, this page from one of 256. */
const camera = ({ center, zoom }: MapView) => ({
  center: [center.longitude, center.latitude] as [number, number],
  zoom: Math.max(0, zoom - 1),
});

const viewOf = (map: MapLibreMap): MapView => {
  const { lat, lng } = map.getCenter().wrap();
  return { center: { latitude: lat, longitude: lng }, zoom: map.getZoom() + 1 };
};

function shows(map: MapLibreMap, { center, zoom }: MapView): boolean {
  const shown = viewOf(map);
  return (
    Math.abs(shown.zoom - zoom) < 1e-6 &&
    Math.abs(shown.center.latitude - center.latitude) < 1e-7 &&
    Math.abs(shown.center.longitude - center.longitude) < 1e-7
  );
}

interface Options extends Pick<StreetMapProps, 'tiles' | 'view'> {
  onChange: StreetMapProps['onChange'] | undefined;
}

function useMapLibre(element: RefObject<HTMLDivElement | null>, { tiles, view, onChange }: Options) {
  const [map, setMap] = useState<MapLibreMap | null>(null);
  const [failed, setFailed] = useState(false);
  const latest = useRef({ view, onChange });
  useEffect(() => {
    latest.current = { view, onChange };
  });
  const { url } = tiles;
  useEffect(() => {
    if (element.current === null) return;
    const created = create(element.current, url, latest.current.view, latest.current.onChange !== undefined);
    if (created === null) return setFailed(true);
    created.on('move', (event) => {
      // Moves that the page itself makes have no `originalEvent`.
      if (event.originalEvent !== undefined) latest.current.onChange?.(() => viewOf(created));
    });
    setMap(created);
    return () => {
      setMap(null);
      created.remove();
    };
  }, [element, url]);
  return { map, failed };
}

/** Null if the browser has no WebGL. */
function create(container: HTMLElement, url: string, view: MapView, interactive: boolean): MapLibreMap | null {
  setWorkerUrl(workerUrl);
  try {
    const map = new MapLibreMap({
      container,
      interactive,
      ...camera(view),
      maxZoom: zoomRange.max - 1,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      style: {
        version: 8,
        sources: {
          tiles: {
            type: 'raster',
            tiles: [new URL(url, location.href).href.replaceAll('%7B', '{').replaceAll('%7D', '}')],
            tileSize: 256,
          },
        },
        layers: [{ id: 'tiles', type: 'raster', source: 'tiles' }],
      },
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    return map;
  } catch {
    return null;
  }
}
