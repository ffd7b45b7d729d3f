import { authConflicts } from './authConflicts.ts';
import { redisDatabase } from './connectionStrings.ts';
import { type Environment, redisUrl } from './environment.ts';
import { parts } from './settingSchemas.ts';

/** The problems of settings that are valid alone but not together: one sentence for each. */
export function settingConflicts(env: Environment): string[] {
  const problems = clusterConflicts(env);
  if (redisUrl(env) !== undefined && env.MONGODB_URI === undefined) {
    problems.push(
      'REDIS_URL without MONGODB_URI: several instances would share one machine’s file. Set MONGODB_URI too, or neither.',
    );
  }
  if (env.WORKERS !== 1 && (env.MONGODB_URI === undefined || redisUrl(env) === undefined)) {
    problems.push(
      `WORKERS=${env.WORKERS} needs MONGODB_URI and REDIS_URL, because the processes share only these. Set both, or leave WORKERS out.`,
    );
  }
  if (env.REDIS_URL !== undefined && env.REDIS_URI !== undefined && env.REDIS_URL !== env.REDIS_URI) {
    problems.push('REDIS_URL and REDIS_URI differ: set one of them.');
  }
  if (env.METRICS_PORT === env.PORT && env.PORT !== 0) {
    problems.push('METRICS_PORT and PORT are the same: set another one, or leave METRICS_PORT out.');
  }
  if ((env.MESSAGE_HOOK_URL === undefined) !== (env.MESSAGE_HOOK_SECRET === undefined)) {
    problems.push(
      'MESSAGE_HOOK_URL needs MESSAGE_HOOK_SECRET, which signs the requests, and the other way round: set both, or neither.',
    );
  }
  return [...problems, ...authConflicts(env)];
}

function clusterConflicts(env: Environment): string[] {
  const urls = parts(redisUrl(env) ?? '');
  if (!env.REDIS_CLUSTER) {
    return urls.length === 1 ? [] : ['REDIS_URL names several nodes: set REDIS_CLUSTER=true, or name one.'];
  }
  if (redisUrl(env) === undefined)
    return ['REDIS_CLUSTER=true needs REDIS_URL, with one or more nodes of the cluster.'];
  return urls.every((one) => Number(redisDatabase(one)) === 0)
    ? []
    : ['REDIS_CLUSTER=true: a cluster has only database 0. Remove the database number from REDIS_URL.'];
}
