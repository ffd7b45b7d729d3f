// `@earshot/server/config`: the settings, without the server that they are for. It runs on every Node.js and loads no driver.

export type { AuthConfig, Config } from './config.ts';
export { requireNode } from './nodeVersion.ts';
export { ConfigError, localServerUrl, readConfig } from './readConfig.ts';
export { configWarnings } from './warnings.ts';
