import type { Text } from '../en.ts';

export const connection: Text['connection'] = {};
