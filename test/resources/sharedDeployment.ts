import { afterAll, beforeAll } from 'vitest';
import type { Deployment, TestServer } from './server.ts';

export interface SharedDeployment {
  readonly a: TestServer;
  readonly b: TestServer;
}

/** A deployment for all tests of the enclosing `describe`, which use rooms of their own. It starts before them and is closed after them. */
export function sharedDeployment(start: () => Promise<Deployment>): SharedDeployment {
  let deployment: Deployment | undefined;
  beforeAll(async () => {
    deployment = await start();
  });
  afterAll(async () => {
    await deployment?.[Symbol.asyncDispose]();
    deployment = undefined;
  });
  const started = () => {
    if (deployment === undefined) throw new Error('the deployment runs only during the tests');
    return deployment;
  };
  return {
    get a() {
      return started().a;
    },
    get b() {
      return started().b;
    },
  };
}
