import type { Place } from '@earshot/shared';
import { cellCentre } from '../cells.ts';
import type { Connection } from './connection.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';

interface PlacesSearch {
  text: string;
  /** Places near it come earlier. */
  cell?: string | undefined;
}

/** Returns the geographic places that a text may mean. Needs no identity. See `searchPlaces`. */
export async function findPlaces(
  services: Services,
  connection: Connection,
  { text, cell }: PlacesSearch,
): Promise<Place[]> {
  services.budget.spend(connection, 'searchPlaces');
  await requireRight(services, connection, 'searchPlaces', 'server');
  return services.places.search({ text, location: cell === undefined ? undefined : cellCentre(cell) });
}
