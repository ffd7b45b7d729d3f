import type { TestProject } from 'vitest/node';
import { type Chromium, findChromium } from './chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    chromium: Chromium;
  }
}

/** Finds a Chromium before the first test: fetching one takes longer than a test may. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('chromium', await findChromium());
}
