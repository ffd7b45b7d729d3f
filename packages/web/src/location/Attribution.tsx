import { useText } from '../text/useText.ts';
import type { Tiles } from './tiles.ts';

/** The attribution of the street map. */
export function Attribution({ tiles, className }: { tiles: Tiles | null; className?: string | undefined }) {
  const text = useText().location;
  if (tiles === null || tiles.attribution === null) return null;
  return (
    <small className={className}>
      {text.mapOf} {tiles.attribution}
    </small>
  );
}
