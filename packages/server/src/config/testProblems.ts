import { ConfigError, readConfig } from './readConfig.ts';

/** For tests: the problems of these settings. */
export function problems(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
