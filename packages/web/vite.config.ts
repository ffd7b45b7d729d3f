import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = `http://127.0.0.1:${process.env.PORT ?? 3001}`;

/** The best quality, 11, takes ten times as long for 5 % less. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
const compressors = {
  br: (text: Buffer) => promisify(brotliCompress)(text, brotli),
  gz: (text: Buffer) => promisify(gzip)(text),
};

/** Adds compressed copies of each text file, which the server serves as they are. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    generateBundle: {
      order: 'post', // after Vite's own changes to the files
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

/** The street map needs a network anyway. */
const notCached = /StreetMap|maplibre/;

/** Writes the service worker, with the list of the files that it caches and the version of the page. */
function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    generateBundle: {
      order: 'post', // after index.html is written
      async handler(_options, bundle) {
        const files = Object.keys(bundle)
          .filter((file) => file.startsWith('assets/') && !notCached.test(file))
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

/** Adds the license notice of data that is not from a package. */
function dataNotices(): Plugin {
  return {
    name: 'data-notices',
    apply: 'build',
    generateBundle: {
      order: 'post', // after the notices of packages are written
      async handler(_options, bundle) {
        const file = bundle[notices];
        if (file?.type !== 'asset') throw new Error(`The build wrote no ${notices}.`);
        const unicode = await readFile(new URL('licenses/unicode.txt', import.meta.url), 'utf8');
        file.source = `${Buffer.from(file.source)}\n## Unicode data: confusables.txt (UTS #39)\n\n${unicode}`;
      },
    },
  };
}

/** Small modules that the welcome screen and parts that are loaded separately share. */
const base =
  /web\/src\/(lib\/(isRecord|lazyComponent|roundLocation|session|settings)|errors\/|components\/(Logo|Preferences)|text\/(useText|en\.|en\/(app|connection|errors|location|radar|room|welcome)\.)|style\/theme|welcome\/(?!LocationStep|W))|shared\/src\/(emojiForm|guestId|nameClaims|pageSettings|unicode)|client\/src\/(room\/reactions|lib\/(timers|value)|connection\/(backoff|interruptibleDelays|keepSubscribed|retrySchedule|withRetry))/;

/** Small modules that the chat and parts of it that are loaded separately share. */
const common =
  /web\/src\/(lib\/isolate|components\/(Dialog|icons)|location\/(LazyStreetMap|deviceLocation|distance|mercator|roomTitle|sphere|tiles|useSize)|outbox\/|text\/useGuestLabel|connection\/(useOffline|useShownInBanner)|room\/(roomContext|roomStorage|useTimeFormat|timeFormat|today|Icon|message\/(Author|authorHue)))\b|shared\/src\/distinctLabels|client\/src\/(connection\/clientRetry|react\/(useConnectionState|useWaiting))|\/idb\/build\//;

export default defineConfig({
  plugins: [react(), offline(), dataNotices(), compressed()],
  build: {
    // The server serves this folder, in a checkout and in its package.
    outDir: '../server/page',
    emptyOutDir: true,
    manifest: true,
    // The licenses of the bundled packages require their notices.
    license: { fileName: notices },
    // Inlined small files would be data: URLs, which the page's content security policy allows only for images.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // Browsers without module preloading are not supported.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { pluginTimings: false },
      // Each chunk of a few lines costs a request and some hundred bytes, so what is loaded together anyway is in one.
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'base', test: base },
            { name: 'common', test: common },
          ],
        },
      },
    },
    chunkSizeWarningLimit: 1_200, // the street map, which is loaded separately where one is configured
  },
  server: {
    port: 5173,
    proxy: { '/trpc': { target: server, ws: true }, '/page.json': server },
  },
});
