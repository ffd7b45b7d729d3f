import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type PageSettings, pageSettingsPath } from '@earshot/shared';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuthConfig, PageConfig } from '../../config/config.ts';
import type { OriginPolicy } from '../origins/originPolicy.ts';
import { contentTag, hasTag } from './contentTag.ts';
import { pageHeaders, permissionsPolicy } from './headers.ts';

export interface PageOptions {
  /** The folder of the built page. It may be built, or rebuilt, while the server runs. */
  folder: string;
  config: PageConfig;
  auth: AuthConfig;
  messageMaxChars: number;
  policy: Pick<OriginPolicy, 'checkOrigin'>;
}

const notBuilt =
  'The page has not been built. `pnpm build:page` builds it; `pnpm start` does so by itself. WEB_PAGE=false turns it off.\n';

/** The page, and the page for moderators: the same file, which reads its path. */
const paths = ['/', '/moderate'];

/** The files beside index.html. Their names are the same in every build, so browsers revalidate them each time. */
const files = ['favicon.svg', 'licenses.txt', 'sw.js'];

/** The page at `/`, and its settings at `/page.json`. */
export function webPage({ folder, config, auth, messageMaxChars, policy }: PageOptions) {
  const helmet = pageHeaders(config);
  /** The files are the same for every request. The page itself reports a wrong address. */
  const file = { helmet, config: { allowAnyPage: true, cors: false as const } };

  /** Sends a file that browsers revalidate each time, or 304 if the browser has it. */
  async function revalidated({ headers }: FastifyRequest, reply: FastifyReply, name: string): Promise<FastifyReply> {
    const tag = await contentTag(join(folder, name)).catch(() => null); // a missing file is answered below
    reply.header('cache-control', 'no-cache');
    if (tag !== null) reply.header('etag', tag);
    if (tag !== null && hasTag(headers['if-none-match'], tag)) return reply.code(304).send();
    return reply.sendFile(name, { cacheControl: false, etag: false, lastModified: false });
  }

  return async (app: FastifyInstance): Promise<void> => {
    await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true, index: false });
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('permissions-policy', permissionsPolicy);
    });

    for (const path of paths) {
      app.get(path, file, async (request, reply) => {
        const built = await access(join(folder, 'index.html')).then(
          () => true,
          () => false,
        );
        if (!built) return reply.code(404).type('text/plain; charset=utf-8').send(notBuilt);
        return revalidated(request, reply, 'index.html');
      });
    }
    for (const name of files) {
      app.get(`/${name}`, file, (request, reply) => revalidated(request, reply, name));
    }
    // These names contain a hash of the content, so the files never change.
    app.get<{ Params: { '*': string } }>('/assets/*', file, (request, reply) =>
      reply.sendFile(`assets/${request.params['*']}`, { immutable: true, maxAge: '1y' }),
    );
    // A page can't read why its WebSocket was rejected, and sends no Origin to its own server. It passes its origin here instead.
    app.get<{ Querystring: { origin?: unknown } }>(pageSettingsPath, { helmet }, async (request, reply) => {
      const { origin } = request.query;
      reply.header('cache-control', 'no-store');
      if (typeof origin === 'string') policy.checkOrigin(origin, request.raw);
      const settings: PageSettings = {
        auth: auth.mode,
        guests: auth.allowGuests,
        tileUrl: config.tileUrl,
        tileAttribution: config.tileAttribution,
        messageMaxChars,
      };
      return settings;
    });
  };
}
