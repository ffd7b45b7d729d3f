import type { Text } from '../en.ts';

export const welcome: Text['welcome'] = {};
