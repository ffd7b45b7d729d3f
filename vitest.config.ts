import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const services = './test/services/globalSetup.ts';

const modules = (folder: string) => fileURLToPath(new URL(`./test/${folder}node_modules`, import.meta.url));
/** The oldest React that the client's bindings are for, instead of the one that everything else is tested on. */
const react18 = [
  { find: /^react(-dom)?(\/.+)?$/, replacement: `${modules('react18/')}/react$1$2` },
  { find: /^@testing-library\/react$/, replacement: `${modules('')}/$&/dist/@testing-library/react.esm.js` },
];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['packages/*/src/**/*.test.{ts,tsx}', 'test/repository/**/*.test.ts'] } },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          globalSetup: services,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,regression}/**/*.test.{ts,tsx}'],
          globalSetup: services,
          testTimeout: 30_000,
        },
      },
      {
        resolve: { alias: react18 },
        test: {
          name: 'react18',
          include: [
            'test/react18/*.test.ts',
            'test/integration/react/{room,localChat,nearbyRooms,serverRendering}.test.tsx',
          ],
          globalSetup: services,
          testTimeout: 30_000,
          // Aliases reach only into what vitest transforms.
          server: { deps: { inline: [/@testing-library\/react/, /@tanstack\/react-query/, /@trpc\/tanstack/] } },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: './test/services/browserSetup.ts',
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          globalSetup: services,
          testTimeout: 120_000,
          // They measure how fast things recover: one at a time, and after everything else.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
