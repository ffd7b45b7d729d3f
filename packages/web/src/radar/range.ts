import { stored } from '../lib/stored.ts';
import { type Range, ranges } from './projection.ts';

/** The range chosen on this page. */
export const storedRange = stored<Range>('earshot.range', (value) => ranges.find((range) => range === value) ?? 5_000);
