import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/services/longestFirst.ts';

const services = './test/services/globalSetup.ts';
const browser = './test/services/browserSetup.ts';
const proxies = './test/services/proxySetup.ts';
const seeded = ['./test/resources/propertySeed.ts', './test/resources/realTimers.ts'];
const watched = [...seeded, './test/resources/listenerWarnings.ts'];

/** Most tests wait more than they work, so two more than there are processors; of two, vitest itself would use one. */
const maxWorkers = availableParallelism() + 2;
/** For tests that measure how many seconds something takes, and mostly wait. */
const fewerWorkers = availableParallelism() + 1;

/** They measure fractions of a second, or what is painted: nothing may run beside them. */
const alone = ['test/e2e/page/{longRoom,roomScroll}.test.ts', 'test/faults/slowReaders.test.ts'];
/** They measure memory, so each file has a process of its own, whatever runs beside it. */
const memory = ['test/faults/{compression,fuzz,returnedMemory,unreadAnswers}.test.ts'];

/** What is waited for may be late on a busy machine: only what never comes is a failure. */
const patient = { expect: { poll: { timeout: 25_000 } } };

const modules = (folder: string) => fileURLToPath(new URL(`./test/${folder}node_modules`, import.meta.url));
/** The oldest React that the client's bindings are for, instead of the one that everything else is tested on. */
const react18 = [
  { find: /^react(-dom)?(\/.+)?$/, replacement: `${modules('react18/')}/react$1$2` },
  { find: /^@testing-library\/react$/, replacement: `${modules('')}/$&/dist/@testing-library/react.esm.js` },
];

export default defineConfig({
  test: {
    maxWorkers,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...patient,
          name: 'unit',
          setupFiles: seeded,
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'test/repository/**/*.test.ts'],
          testTimeout: 30_000, // a property takes its time on a busy machine
          isolate: false, // a process for each of many small files would cost as much as their tests
        },
      },
      {
        test: {
          ...patient,
          name: 'contract',
          setupFiles: watched,
          include: ['test/contract/**/*.test.ts'],
          globalSetup: services,
          testTimeout: 30_000,
          isolate: false, // each process would load the server anew for each file
        },
      },
      {
        test: {
          ...patient,
          name: 'integration',
          setupFiles: watched,
          include: ['test/integration/**/*.test.{ts,tsx}'],
          globalSetup: services,
          testTimeout: 30_000,
          isolate: false,
        },
      },
      {
        test: {
          ...patient,
          name: 'memory',
          include: memory,
          globalSetup: services,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          ...patient,
          name: 'packages',
          include: ['test/packages/**/*.test.ts'],
          globalSetup: './test/services/packedPackages.ts',
          testTimeout: 180_000, // package managers and bundlers of others
        },
      },
      {
        test: {
          ...patient,
          name: 'image',
          include: ['test/image/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        resolve: { alias: react18 },
        test: {
          ...patient,
          name: 'react18',
          include: [
            'test/react18/*.test.ts',
            'test/integration/react/{room,roomTarget,roomLifecycle,localChat,nearbyRooms,serverRendering}.test.tsx',
          ],
          globalSetup: services,
          testTimeout: 30_000,
          // Aliases reach only into what vitest transforms.
          server: { deps: { inline: [/@testing-library\/react/, /@tanstack\/react-query/] } },
        },
      },
      {
        test: {
          ...patient,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: alone,
          globalSetup: browser,
          testTimeout: 120_000, // several browsers and processes, each of which may be late
        },
      },
      {
        test: {
          ...patient,
          name: 'proxies',
          include: ['test/proxies/**/*.test.ts'],
          globalSetup: [services, browser, proxies],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          ...patient,
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          exclude: [...alone, ...memory],
          globalSetup: services,
          testTimeout: 120_000,
          maxWorkers: fewerWorkers,
          // They measure how many seconds it takes to recover: after what keeps the processors busy.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...patient,
          name: 'alone',
          include: alone,
          globalSetup: [services, browser],
          testTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
