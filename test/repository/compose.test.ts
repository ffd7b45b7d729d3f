import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readConfig } from '@earshot/server';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseDockerfile } from '../image/dockerfile.ts';

// Checks compose.yaml without a container engine: its keys, the files it mounts, and whether the server accepts its settings.

const root = path.resolve(import.meta.dirname, '../..');

const healthcheck = z.strictObject({
  test: z.array(z.string()).min(2),
  interval: z.string(),
  timeout: z.string(),
  retries: z.number().optional(),
  start_period: z.string().optional(),
  start_interval: z.string().optional(),
});

/** The part of the Compose specification that the file uses. Unknown keys are errors, as in Compose. */
const service = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  pull_policy: z.literal('build').optional(),
  init: z.literal(true).optional(),
  hostname: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  networks: z.array(z.string()).min(1),
  tmpfs: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  healthcheck: healthcheck.optional(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]).optional(),
  cap_add: z.array(z.string()).optional(),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  restart: z.literal('unless-stopped'),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
});

const file = z.strictObject({
  name: z.string(),
  'x-instance': z.unknown(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() }).nullable()),
  volumes: z.record(z.string(), z.null()),
});

async function readCompose() {
  return file.parse(parse(await readFile(path.join(root, 'compose.yaml'), 'utf8'), { merge: true }));
}

/** Replaces `${NAME:-default}` and `${NAME:?message}`. Throws the message, as Compose does. */
function interpolate(text: string, variables: Record<string, string>): string {
  return text.replace(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => {
    const value = variables[name] ?? '';
    if (value === '' && kind === '?') throw new Error(`${name}: ${rest}`);
    return value === '' ? rest : value;
  });
}

async function instanceSettings(variables: Record<string, string>): Promise<Record<string, string>> {
  const { services } = await readCompose();
  const image = parseDockerfile(await readFile(path.join(root, 'Dockerfile'), 'utf8')).findLast(
    ({ keyword }) => keyword === 'ENV',
  );
  const ofImage = Object.fromEntries((image?.text ?? '').split(' ').map((pair) => pair.split('=')));
  const own = Object.entries(services['earshot-1']?.environment ?? {});
  return { ...ofImage, ...Object.fromEntries(own.map(([name, value]) => [name, interpolate(value, variables)])) };
}

test('the server accepts the settings of the instances: verified tokens, guests, MongoDB, Redis and one proxy', async () => {
  const settings = await instanceSettings({ JWT_SECRET: 'a secret that only the tests know, 32 characters' });
  expect(readConfig(settings)).toMatchObject({
    host: '0.0.0.0',
    port: 3001,
    store: { kind: 'mongodb', uri: 'mongodb://mongo:27017/?replicaSet=rs0' },
    broker: { kind: 'redis', url: 'redis://valkey:6379' },
    auth: { mode: 'jwt', allowGuests: true },
    trustProxy: 1,
    metricsAddress: { host: '0.0.0.0', port: 9_100 },
  });
  // The server ignores unknown variables, so a misspelt one would go unnoticed.
  const source = await readFile(path.join(root, 'packages/server/src/config/environment.ts'), 'utf8');
  const known = new Set([...source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name));
  expect(Object.keys(settings).filter((name) => !known.has(name))).toEqual([]);
});

test('it does not start without a secret', async () => {
  await expect(instanceSettings({})).rejects.toThrow('JWT_SECRET: Set it to at least 32 random characters');
});

test('two equal instances, behind a proxy that waits for both', async () => {
  const { services } = await readCompose();
  const { 'earshot-1': first, 'earshot-2': second, caddy } = services;
  expect(first).toEqual(second);
  expect(first?.depends_on).toHaveProperty('mongo');
  expect(first?.depends_on).toHaveProperty('valkey');
  expect(Object.keys(caddy?.depends_on ?? {})).toEqual(['earshot-1', 'earshot-2']);
  expect(Number.parseInt(first?.stop_grace_period ?? '', 10)).toBeGreaterThan(10);
  expect(caddy?.environment?.EARSHOT_DOMAIN).toBe(`\${EARSHOT_DOMAIN:-localhost}`);
});

test('only the proxy has ports outside, and only the instances reach the database', async () => {
  const { services, networks } = await readCompose();
  const published = Object.entries(services).filter(([, { ports }]) => ports !== undefined);
  expect(published.map(([name]) => name)).toEqual(['caddy']);
  expect(networks.data?.internal).toBe(true);
  const inData = Object.entries(services).filter(([, { networks: own }]) => own.includes('data'));
  expect(inData.map(([name]) => name)).toEqual(['earshot-1', 'earshot-2', 'mongo', 'valkey']);
});

test('images have versions; all referenced files, volumes, networks and services exist', async () => {
  const { services, networks, volumes } = await readCompose();
  for (const [name, { image, build, volumes: mounts = [], networks: own, depends_on = {} }] of Object.entries(
    services,
  )) {
    if (build === undefined) expect(image, name).toMatch(/:\d+\.\d+(\.\d+)?(-\w+)?$/);
    for (const mount of mounts) {
      const [source = ''] = mount.split(':');
      if (source.startsWith('./')) expect(existsSync(path.join(root, source)), source).toBe(true);
      else expect(volumes).toHaveProperty(source);
    }
    for (const network of own) expect(networks).toHaveProperty(network);
    for (const other of Object.keys(depends_on)) {
      expect(services[other]?.healthcheck ?? services[other]?.build, `${name} waits for ${other}`).toBeDefined();
    }
  }
});

test('a local file of secrets is neither committed nor part of the image', async () => {
  expect((await readFile(path.join(root, '.gitignore'), 'utf8')).split('\n')).toContain('.env');
  expect((await readFile(path.join(root, '.dockerignore'), 'utf8')).split('\n')).toEqual(
    expect.arrayContaining(['*', '**/.env*']),
  );
});
