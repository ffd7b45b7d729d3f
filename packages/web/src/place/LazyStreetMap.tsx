import { lazy, type ReactNode, Suspense } from 'react';
import type { StreetMapProps } from './StreetMap.tsx';

/** MapLibre is larger than all the rest of the page: it comes only where it is shown. Without it, the plain map does. */
const StreetMap = lazy(() => import('./StreetMap.tsx').catch(() => import('./PlainMap.tsx')));

/** `meanwhile` stands there until it has come. */
export function LazyStreetMap({ meanwhile, ...map }: StreetMapProps & { meanwhile?: ReactNode }) {
  return (
    <Suspense fallback={meanwhile}>
      <StreetMap {...map} />
    </Suspense>
  );
}
