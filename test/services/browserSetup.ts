import type { TestProject } from 'vitest/node';
import { freshenPage } from '../../scripts/page.ts';
import { type Chromium, findChromium } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    chromium: Chromium;
  }
}

/** Finds a Chromium and builds the page before the first test, because both can exceed a test's time limit. */
export default async function setup(project: TestProject): Promise<void> {
  await freshenPage();
  project.provide('chromium', await findChromium());
}
