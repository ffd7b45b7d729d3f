import type { TestProject } from 'vitest/node';
import { findCaddy, findNginx } from './proxies.ts';

declare module 'vitest' {
  interface ProvidedContext {
    nginx: string;
    caddy: string;
  }
}

/** Finds the proxies before the first test, because downloading them can exceed a test's time limit. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('nginx', await findNginx());
  project.provide('caddy', await findCaddy());
}
