import type { Text } from '../en.ts';

export const location: Text['location'] = {
  map: 'Karte',
  mapOf: 'Karte:',
};
