import { eventStreamPingMs, limits, clientTransformer as transformer } from '@earshot/shared';
import { httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import type { ConnectionMonitor } from '../connection/connectionMonitor.ts';
import { type Credentials, credentialHeaders } from './identity.ts';
import { networkFetch } from './networkFetch.ts';
import { onPageFreeze } from './pageFreeze.ts';
import { resumeLink, type StreamControl } from './resumeLink.ts';
import { streamLimitLink } from './streamLimitLink.ts';
import { streamSlots } from './streamSlots.ts';
import type { Transport } from './transport.ts';

interface HttpTransportOptions {
  url: string;
  credentials: () => Promise<Credentials>;
  EventSource: typeof EventSource;
  fetch?: typeof globalThis.fetch | undefined;
}

/** After a longer sleep than this, in milliseconds, a stream may be dead: the server has pinged it meanwhile. */
const maxSleepMs = eventStreamPingMs + 5_000;

/**
 * The most characters in the URL of a batch of queries. Node.js refuses a URL and headers of more than 16 KiB together, and
 * many proxies refuse URLs of more than 8 KiB.
 */
const maxURLLength = 4_000;

/** Sends calls in HTTP batches and receives subscriptions as server-sent events, for networks that block WebSockets. */
export function httpTransport(monitor: ConnectionMonitor, options: HttpTransportOptions): Transport {
  const { url } = options;
  const streams = new Set<StreamControl>();
  const reopenAll = () => {
    for (const { reopen } of [...streams]) reopen();
  };
  const ignoreFreezing = onPageFreeze({
    freeze: () => {
      for (const { pause } of streams) pause();
    },
    resume: reopenAll,
  });
  const link: Transport['links'][number] = splitLink({
    condition: (op) => op.type === 'subscription',
    true: [
      resumeLink(monitor, streams),
      streamLimitLink(streamSlots(url, options.EventSource === globalThis.EventSource)),
      httpSubscriptionLink({
        url,
        transformer,
        EventSource: options.EventSource,
        connectionParams: async () => ({ ...(await options.credentials()) }),
      }),
    ],
    false: httpBatchLink({
      url,
      transformer,
      maxItems: limits.callsPerBatch,
      maxURLLength,
      headers: async () => credentialHeaders(await options.credentials()),
      fetch: networkFetch(options.fetch),
    }),
  });
  return {
    links: [link],
    // An event stream can't be pinged, so it is reopened from the last event.
    probe: (asleepMs) => {
      if (asleepMs > maxSleepMs) reopenAll();
    },
    close: async () => ignoreFreezing(),
  };
}
