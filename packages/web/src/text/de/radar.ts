import type { Text } from '../en.ts';

export const radar: Text['radar'] = {};
