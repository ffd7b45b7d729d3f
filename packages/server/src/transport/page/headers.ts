import type { FastifyHelmetOptions } from '@fastify/helmet';
import type { PageConfig } from '../../config.ts';

/** What the page itself asks of the device: the place, when somebody shares it. */
export const permissionsPolicy = 'geolocation=(self), camera=(), microphone=()';

/** A name or address and a port: anything else in a Host header has no business in a policy. */
const plainHost = /^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i;

/**
 * The page runs its own files alone and speaks to the server it came from; where a street map is set, to its tile
 * server too. The same goes for its assets, because a worker goes by the policy that its own file came with.
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
        // For Safari before 15.4, 'self' means http alone.
        connectSrc: ["'self'", ({ headers: { host } }) => socketsOf(host), ...tiles],
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        // The library that draws the street map writes markup and names its worker by plain text.
        ...(tileUrl === null && { requireTrustedTypesFor: ["'script'"], trustedTypes: ['earshot'] }),
      },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // Public tile servers turn away who does not say where they come from. The room stands behind the #, which stays here.
    referrerPolicy: { policy: tileUrl === null ? 'no-referrer' : 'strict-origin' },
    xFrameOptions: { action: 'deny' },
  };
}

function socketsOf(host = ''): string {
  return plainHost.test(host) ? `ws://${host} wss://${host}` : "'self'";
}
