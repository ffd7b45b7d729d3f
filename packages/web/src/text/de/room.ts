import type { Text } from '../en.ts';

export const room: Text['room'] = {};
