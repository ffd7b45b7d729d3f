import type { Text } from '../en.ts';

export const place: Text['place'] = {};
