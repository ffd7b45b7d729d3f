import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { EarshotError } from '@earshot/shared';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { AuthConfig, PageConfig } from '../../config.ts';
import { pageHeaders, permissionsPolicy } from './headers.ts';

export interface PageOptions {
  /** Where the built page lies. It may be built, or built anew, while the server runs. */
  folder: string;
  config: PageConfig;
  auth: AuthConfig;
  messageMaxChars: number;
  /** Whether pages of an origin may not connect. */
  refusesOrigin: (origin: string) => boolean;
}

const notBuilt =
  'The page has not been built. `pnpm build:page` builds it; `pnpm start` does so by itself. WEB_PAGE=false turns it off.\n';

/** Its files beside index.html. They have the same names in every build, so browsers ask each time whether they changed. */
const files = ['favicon.svg', 'licenses.txt', 'sw.js'];

/** The page at `/`, and what it has to know of the server at `/page.json`. */
export function webPage({ folder, config, auth, messageMaxChars, refusesOrigin }: PageOptions) {
  const helmet = pageHeaders(config);
  const revalidated = { cacheControl: false } as const;

  return async (app: FastifyInstance): Promise<void> => {
    await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true, index: false });
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('permissions-policy', permissionsPolicy);
    });

    app.get('/', { helmet }, async (_request, reply) => {
      const built = await access(join(folder, 'index.html')).then(
        () => true,
        () => false,
      );
      if (!built) return reply.code(404).type('text/plain; charset=utf-8').send(notBuilt);
      return reply.header('cache-control', 'no-cache').sendFile('index.html', revalidated);
    });
    for (const file of files) {
      app.get(`/${file}`, { helmet }, (_request, reply) =>
        reply.header('cache-control', 'no-cache').sendFile(file, revalidated),
      );
    }
    // Their names tell what is in them.
    app.get<{ Params: { '*': string } }>('/assets/*', { helmet }, (request, reply) =>
      reply.sendFile(`assets/${request.params['*']}`, { immutable: true, maxAge: '1y' }),
    );
    // A page can't read why its WebSocket was refused, and sends no Origin to where it came from: so it names it here.
    app.get<{ Querystring: { origin?: unknown } }>('/page.json', { helmet }, async ({ query: { origin } }, reply) => {
      reply.header('cache-control', 'no-store');
      if (typeof origin === 'string' && refusesOrigin(origin)) throw new EarshotError('ORIGIN_REFUSED');
      return {
        auth: auth.mode,
        guests: auth.allowGuests,
        tileUrl: config.tileUrl,
        tileAttribution: config.tileAttribution,
        messageMaxChars,
      };
    });
  };
}
