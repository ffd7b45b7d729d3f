import { lazy, type ReactNode, Suspense } from 'react';
import type { StreetMapProps } from './streetMapProps.ts';

/** MapLibre is larger than the rest of the page, so it is loaded when a map is shown. If it can't be loaded, the plain map is shown. */
const StreetMap = lazy(() => import('./StreetMap.tsx').catch(() => import('./PlainMap.tsx')));

/** Shows `meanwhile` while the map loads. */
export function LazyStreetMap({ meanwhile, ...map }: StreetMapProps & { meanwhile?: ReactNode }) {
  return (
    <Suspense fallback={meanwhile}>
      <StreetMap {...map} />
    </Suspense>
  );
}
