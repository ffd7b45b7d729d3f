import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = `http://127.0.0.1:${process.env.PORT ?? 3001}`;

/** Good, and done in a moment; the best takes ten times as long for a twentieth less. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
const compressors = {
  br: (text: Buffer) => promisify(brotliCompress)(text, brotli),
  gz: (text: Buffer) => promisify(gzip)(text),
};

/** Writes each text a second and third time, compressed: the server only hands them out. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    generateBundle: {
      order: 'post', // what Vite itself still changes in the texts belongs in all copies
      async handler(_options, bundle) {
        const texts = Object.values(bundle).filter(({ fileName }) => /\.(m?js|css|html|svg|json)$/.test(fileName));
        const work = texts.flatMap((file) =>
          Object.entries(compressors).map(async ([ending, compress]) => ({
            fileName: `${file.fileName}.${ending}`,
            source: await compress(Buffer.from('code' in file ? file.code : file.source)),
          })),
        );
        for (const { fileName, source } of await Promise.all(work)) this.emitFile({ type: 'asset', fileName, source });
      },
    },
  };
}

/** The street map is for those who are online anyway. */
const notKept = /StreetMap|maplibre/;

/** Writes the service worker, with the list of the files that it keeps and the version of the page. */
function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    generateBundle: {
      order: 'post', // the page itself is written by then
      async handler(_options, bundle) {
        const files = Object.keys(bundle)
          .filter((file) => file.startsWith('assets/') && !notKept.test(file))
          .map((file) => `/${file}`);
        const page = bundle['index.html'];
        if (page?.type !== 'asset') throw new Error('The build wrote no index.html.');
        const version = createHash('sha256').update(page.source).digest('base64url');
        const worker = await readFile(new URL('offline/sw.js', import.meta.url), 'utf8');
        const constants = `const files = ${JSON.stringify(files.sort())};\nconst version = '${version}';\n`;
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: constants + worker });
      },
    },
  };
}

const notices = 'licenses.txt';

/** Adds the notice of the data that comes from no package. */
function dataNotices(): Plugin {
  return {
    name: 'data-notices',
    apply: 'build',
    generateBundle: {
      order: 'post', // the notices of packages are written by then
      async handler(_options, bundle) {
        const file = bundle[notices];
        if (file?.type !== 'asset') throw new Error(`The build wrote no ${notices}.`);
        const unicode = await readFile(new URL('licenses/unicode.txt', import.meta.url), 'utf8');
        file.source = `${Buffer.from(file.source)}\n## Unicode data: confusables.txt (UTS #39)\n\n${unicode}`;
      },
    },
  };
}

export default defineConfig({
  plugins: [react(), offline(), dataNotices(), compressed()],
  build: {
    // Where the server looks for it, in a checkout and in its package.
    outDir: '../server/page',
    emptyOutDir: true,
    manifest: true,
    // What the files are made of asks for its notices to go with them.
    license: { fileName: notices },
    // Small files would become data: URLs, which the page's policy allows for pictures alone.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // Browsers too old for the preloading itself are too old for the page.
    modulePreload: { polyfill: false },
    rolldownOptions: { checks: { pluginTimings: false } },
    chunkSizeWarningLimit: 1_200, // the street map, which loads by itself where one is set
  },
  server: {
    port: 5173,
    proxy: { '/trpc': { target: server, ws: true }, '/page.json': server },
  },
});
