import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { packPackages } from '../../scripts/packages.ts';
import { recordOutcome } from '../resources/outcome.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with `earshot-{shared,client,server,cli}.tgz`, as they are published, once `packedPackages()` has resolved. */
    packages: string;
  }
}

/** Builds and packs the packages once for all tests that use them from outside, while the tests of other projects run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'earshot-packages-'));
  const packing = recordOutcome(folder, packPackages(folder));
  project.provide('packages', folder);
  return async () => {
    await packing;
    await rm(folder, { recursive: true, force: true });
  };
}
