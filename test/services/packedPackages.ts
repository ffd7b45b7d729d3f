import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { packPackages } from '../../scripts/packages.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with `earshot-{shared,client,server,cli}.tgz`, as they are published. */
    packages: string;
  }
}

/** Builds and packs the packages once for all tests that use them from outside. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'earshot-packages-'));
  await packPackages(folder);
  project.provide('packages', folder);
  return () => rm(folder, { recursive: true, force: true });
}
