import {
  createLogger,
  createServer,
  type Drivers,
  type EarshotServer,
  type Logger,
  readConfig,
  type ServerHooks,
  type ServerOptions,
} from '@earshot/server';
import { newId } from '@earshot/shared';
import { inject } from 'vitest';
import { dataFolder } from './dataFolder.ts';

type Settings = Record<string, string>;

interface StartOptions {
  /** Environment variables, in addition to those that tests share. */
  env?: Settings;
  drivers?: Partial<Drivers>;
  log?: Logger;
  hooks?: ServerHooks;
  /** `false`: every watcher gets its own frames. */
  sharedFrames?: boolean;
  /** The folder of the page; the built one if omitted. */
  pageFolder?: string;
  slowReaders?: { timeoutMs?: number; closeTimeoutMs?: number };
  erasures?: { settleMs?: number; pauseMs?: number; pollMs?: number };
  expiry?: ServerOptions['expiry'];
}

export interface TestServer extends EarshotServer, AsyncDisposable {}

/** Starts a server without log output on a free port. Its settings are those that a user could set. */
export async function startServer({ env = {}, drivers = {}, log, ...options }: StartOptions = {}): Promise<TestServer> {
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', SEND_RATE: '0', ...env });
  const server = await createServer(config, { log: log ?? createLogger('silent'), drivers, ...options });
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.close() });
}

/** Instances that act as one. `b` differs from `a` if the deployment has more than one instance. */
export interface Deployment extends AsyncDisposable {
  a: TestServer;
  b: TestServer;
}

/** Every deployment of Earshot, for suites that must pass on all of them. */
export const deployments = [
  { name: 'embedded', start: startEmbedded },
  { name: 'two instances on MongoDB and Redis', start: startPair },
] as const;

export async function startEmbedded(options: StartOptions = {}): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  const data = stack.use(await dataFolder());
  const server = stack.use(await startServer({ ...options, env: { DATA_DIR: data.path, ...options.env } }));
  const held = stack.move();
  return { a: server, b: server, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** The settings of an instance that uses the test run's MongoDB and Redis, with a separate database. */
export function clusterSettings(): Settings {
  return { MONGODB_URI: inject('mongodbUri'), MONGODB_DB: `test_${newId()}`, REDIS_URL: inject('redisUrl') };
}

export async function startPair(options: StartOptions = {}): Promise<Deployment> {
  await using stack = new AsyncDisposableStack();
  const env = { ...clusterSettings(), ...options.env };
  const a = stack.use(await startServer({ ...options, env }));
  const b = stack.use(await startServer({ ...options, env }));
  const held = stack.move();
  return { a, b, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
