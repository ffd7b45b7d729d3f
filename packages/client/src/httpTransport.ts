import { limits, clientTransformer as transformer } from '@earshot/shared';
import { getFetch, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import type { ConnectionMonitor } from './connection.ts';
import { type Credentials, credentialHeaders } from './identity.ts';
import { resumeLink } from './resumeLink.ts';
import type { Transport } from './transport.ts';

/** Any class with the standard's EventSource interface. */
export type EventSourceClass = new (url: string) => Pick<EventSource, 'readyState' | 'close'>;

interface HttpTransportOptions {
  url: string;
  credentials: () => Promise<Credentials>;
  EventSource?: EventSourceClass | undefined;
  fetch?: typeof globalThis.fetch | undefined;
}

/** The server writes into each stream every 15 s: after a longer sleep than this a stream may be dead. */
const trustedSleepMs = 20_000;

/** Calls in HTTP batches, subscriptions as server-sent events: for networks that let no WebSocket through. */
export function httpTransport(monitor: ConnectionMonitor, options: HttpTransportOptions): Transport {
  const { url } = options;
  const streams = new Set<() => void>();
  const link: Transport['link'] = splitLink({
    condition: (op) => op.type === 'subscription',
    true: [
      resumeLink(monitor, streams),
      httpSubscriptionLink({
        url,
        transformer,
        EventSource: findEventSource(options.EventSource),
        connectionParams: async () => ({ ...(await options.credentials()) }),
      }),
    ],
    false: httpBatchLink({
      url,
      transformer,
      maxItems: limits.callsPerBatch,
      headers: async () => credentialHeaders(await options.credentials()),
      fetch: getFetch(options.fetch),
    }),
  });
  return {
    link,
    // An event stream can't be asked for a sign of life: it is opened again, from the last event.
    probe: (asleepMs) => {
      if (asleepMs > trustedSleepMs) for (const reopen of [...streams]) reopen();
    },
    close: async () => {},
  };
}

function findEventSource(given: EventSourceClass | undefined): typeof EventSource {
  const found = given ?? globalThis.EventSource;
  if (found === undefined) {
    throw new TypeError('EventSource: this runtime has none of its own; pass the class of the `eventsource` package');
  }
  // Packages type the standard's interface each in their own words; what is used of it is the same in all of them.
  return found as typeof EventSource;
}
