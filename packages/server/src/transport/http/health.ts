import type { Broker } from '../../broker/broker.ts';
import type { Store } from '../../store/store.ts';

export interface Health {
  ok: boolean;
  store: 'ok' | 'unavailable';
  broker: 'ok' | 'unavailable';
  /** True as soon as the server begins to stop. */
  stopping: boolean;
}

/** Pings the store and the broker. Each answers or fails within two seconds. */
export async function checkHealth(parts: { store: Store; broker: Broker; stopping: boolean }): Promise<Health> {
  const [store, broker] = await Promise.allSettled([parts.store.ping(), parts.broker.ping()]);
  return {
    ok: store.status === 'fulfilled' && broker.status === 'fulfilled' && !parts.stopping,
    store: store.status === 'fulfilled' ? 'ok' : 'unavailable',
    broker: broker.status === 'fulfilled' ? 'ok' : 'unavailable',
    stopping: parts.stopping,
  };
}

/** The reasons why the server can't serve, for people. */
export function explainHealth({ store, broker, stopping }: Health): string {
  const reasons = [];
  if (store !== 'ok') reasons.push('the message store does not answer');
  if (broker !== 'ok') reasons.push('the broker does not answer');
  if (stopping) reasons.push('the server is stopping');
  return reasons.join('; ');
}
