import type { NearbyOrder } from '@earshot/client';
import { stored } from '../lib/stored.ts';

/** The order of the list that was chosen on this page. */
export const storedOrder = stored<NearbyOrder>('earshot.order', (value) => (value === 'lively' ? value : 'near'));
