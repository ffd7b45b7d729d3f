import type { FastifyHelmetOptions } from '@fastify/helmet';
import type { PageConfig } from '../../config/config.ts';

/** The page's permissions: only the location, when the user shares it. */
export const permissionsPolicy = 'geolocation=(self), camera=(), microphone=()';

/** A name or address with an optional port. Any other Host must not get into the policy. */
const plainHost = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i;

/**
 * The page may only load its own files and connect to its own server and, if a street map is set, to the tile server. Its
 * assets get the same headers, because a worker uses the policy of its own file.
 */
export function pageHeaders({ tileUrl }: PageConfig): FastifyHelmetOptions {
  const tiles = tileUrl === null ? [] : [new URL(tileUrl).origin];
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', ...tiles],
        // Safari before 15.4 applies 'self' to http only, not to ws.
        connectSrc: ["'self'", ({ headers: { host } }) => socketsOf(host), ...tiles],
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        // The map library writes markup and creates its worker from a plain string.
        ...(tileUrl === null && { requireTrustedTypesFor: ["'script'"], trustedTypes: ['earshot'] }),
      },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // Public tile servers reject requests without a referrer. The room is in the fragment, which is never sent.
    referrerPolicy: { policy: tileUrl === null ? 'no-referrer' : 'strict-origin' },
    xFrameOptions: { action: 'deny' },
  };
}

function socketsOf(host = ''): string {
  return plainHost.test(host) ? `ws://${host} wss://${host}` : "'self'";
}
