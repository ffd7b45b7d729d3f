import { type Config, configWarnings } from '@earshot/server/config';

/** The text that a server prints when it listens. `workers`: the process ids of the workers, if there are any. */
export function banner(config: Config, url: string, workers: readonly number[] = []): string {
  const { store, broker, auth, host, allowedHosts, metricsAddress } = config;
  const open = host === '0.0.0.0' || host === '::';
  const where = {
    store: store.kind === 'sqlite' ? `SQLite in ${store.dataDir}` : `MongoDB, database ${store.database}`,
    broker: { local: 'in this process', redis: 'Redis', 'redis-cluster': 'Redis Cluster' }[broker.kind],
    auth: {
      open: 'open (a name is enough)',
      jwt: 'tokens are checked (jwt)',
      service: 'tokens are checked (service)',
    }[auth.mode],
  };
  return [
    `Earshot listens on ${url}${open ? ' and all other addresses of this machine' : ''}`,
    `  store   ${where.store}`,
    `  broker  ${where.broker}`,
    `  auth    ${where.auth}${auth.allowGuests ? ', guests allowed' : ''}`,
    ...(metricsAddress === null ? [] : [`  metrics port ${metricsAddress.port} of ${metricsAddress.host}`]),
    ...(workers.length > 0 ? [`  workers ${workers.length} (processes ${workers.join(', ')})`] : []),
    ...configWarnings(config).map((warning) => `  ${warning}`),
    ...(open && auth.mode === 'open'
      ? ['  Users are not authenticated: every client can use any name. Set JWT_SECRET, JWKS_URL or AUTH_SERVICE_URL.']
      : []),
    ...(open && allowedHosts !== 'any' && allowedHosts.every((name) => name === host)
      ? ['  Only requests to its IP addresses are accepted. Set ALLOWED_HOSTS to its host name (chat.example.com).']
      : []),
    '',
  ].join('\n');
}
