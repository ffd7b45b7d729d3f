import type { Text } from '../en.ts';

export const errors: Text['errors'] = {};
