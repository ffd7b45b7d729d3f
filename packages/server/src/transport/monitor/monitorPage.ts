import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const scripts = ['main.js', 'connection.js', 'dom.js', 'editor.js', 'frames.js', 'log.js'];
const files = ['page.html', 'page.css', 'log.css', ...scripts];

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** Only the page's own files, and sockets to its own server. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    connectSrc: ["'self'"],
    imgSrc: ['data:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** `/monitor`: a page for developers to watch and try the legacy protocol. */
export async function monitorPage(app: FastifyInstance): Promise<void> {
  const folder = join(import.meta.dirname, 'page');
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    const type = types[file.slice(file.lastIndexOf('.') + 1)] ?? 'text/plain';
    const path = file === 'page.html' ? '/monitor' : `/monitor/${file}`;
    app.get(path, { helmet: { contentSecurityPolicy } }, async (_request, reply) =>
      reply.type(type).header('cache-control', 'no-store').send(text),
    );
  }
  app.get('/monitor/', async (_request, reply) => reply.redirect('../monitor'));
}
