import { isIPv6 } from 'node:net';
import type { Config } from './config.ts';
import { settingConflicts } from './conflicts.ts';
import { environment } from './environment.ts';
import { toConfig } from './toConfig.ts';

// The only file that reads the environment.

/** Lists all problems of the settings, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`Invalid settings:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Reads the settings. Throws a ConfigError that lists all problems at once. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  // An empty variable counts as unset, like a .env line without a value.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ name: String(path[0]), message }));
  // Invalid settings are excluded from the check of combinations, and so are the problems that follow from them.
  const names = new Set(wrong.map(({ name }) => name));
  const settings = environment.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !names.has(name))));
  const conflicts = settingConflicts(settings).filter((problem) => ![...names].some((name) => problem.includes(name)));
  const problems = [...wrong.map(({ name, message }) => `${name}: ${message}`), ...conflicts];
  if (problems.length > 0) throw new ConfigError(problems);
  return toConfig(settings);
}

/**
 * The base URL of a server on this machine with these settings, for example `http://127.0.0.1:3001`. Throws a ConfigError
 * if PORT is not a port, or 0, which means any free port.
 */
export function localServerUrl(env: Record<string, string | undefined> = process.env): string {
  const port = environment.shape.PORT.safeParse(env.PORT || undefined);
  if (!port.success) throw new ConfigError(port.error.issues.map(({ message }) => `PORT: ${message}`));
  if (port.data === 0) throw new ConfigError(['PORT: 0 takes any free port; give the URL that the server prints']);
  const host = env.HOST || '127.0.0.1';
  const listensEverywhere = host === '0.0.0.0' || host === '::';
  if (listensEverywhere) return `http://127.0.0.1:${port.data}`;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port.data}`;
}
