import { lazy, Suspense } from 'react';
import PlainMap from './PlainMap.tsx';
import type { StreetMapProps } from './StreetMap.tsx';

/** MapLibre is larger than all the rest of the page: it comes only where it is shown. Without it, the plain map does. */
const StreetMap = lazy(() => import('./StreetMap.tsx').catch(() => ({ default: PlainMap })));

export function LazyStreetMap(props: StreetMapProps) {
  return (
    <Suspense fallback={<PlainMap {...props} />}>
      <StreetMap {...props} />
    </Suspense>
  );
}
