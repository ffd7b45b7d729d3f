import { authMode, type Environment } from './environment.ts';

/** The problems of authentication settings that are valid alone but not together: one sentence for each. */
export function authConflicts(env: Environment): string[] {
  const mode = authMode(env);
  const problems = [...secretConflicts(env), ...serviceConflicts(env)];
  if (mode === 'jwt' && env.JWT_SECRET === undefined && env.JWKS_URL === undefined) {
    problems.push('AUTH_MODE=jwt needs JWT_SECRET or JWKS_URL to verify tokens.');
  }
  if (mode !== 'open' && env.ALLOW_GUESTS === true && env.JWT_SECRET === undefined) {
    problems.push('ALLOW_GUESTS needs JWT_SECRET to sign guest tokens.');
  }
  if (env.AUTH_MODE === 'open' && (env.JWT_SECRET ?? env.JWKS_URL) !== undefined) {
    problems.push('AUTH_MODE=open does not check tokens: leave it out, or JWT_SECRET and JWKS_URL.');
  }
  if (mode === 'open' && env.NODE_ENV === 'production' && !env.ALLOW_OPEN_AUTH) {
    problems.push(
      'AUTH_MODE=open with NODE_ENV=production: anybody could take any name. Set JWT_SECRET, JWKS_URL or AUTH_SERVICE_URL, or set ALLOW_OPEN_AUTH=true.',
    );
  }
  return problems;
}

function secretConflicts(env: Environment): string[] {
  const problems: string[] = [];
  if (env.JWT_SECRET !== undefined && env.JWKS_URL !== undefined) {
    problems.push('JWT_SECRET and JWKS_URL exclude each other: set one of them.');
  }
  if (env.JWT_SECRET_PREVIOUS !== undefined && env.JWT_SECRET === undefined) {
    problems.push('JWT_SECRET_PREVIOUS needs JWT_SECRET, which signs new tokens.');
  }
  if (env.JWT_SECRET_PREVIOUS !== undefined && env.JWT_SECRET_PREVIOUS === env.JWT_SECRET) {
    problems.push('JWT_SECRET_PREVIOUS and JWT_SECRET are the same: set JWT_SECRET to a new secret.');
  }
  return problems;
}

function serviceConflicts(env: Environment): string[] {
  const mode = authMode(env);
  if (mode !== 'service') {
    return env.AUTH_SERVICE_URL === undefined
      ? []
      : [`AUTH_MODE=${mode} does not ask a service: leave AUTH_SERVICE_URL out, or set AUTH_MODE=service.`];
  }
  const problems: string[] = [];
  if (env.AUTH_SERVICE_URL === undefined) problems.push('AUTH_MODE=service needs AUTH_SERVICE_URL.');
  const unused = (['JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE'] as const).filter((name) => env[name] !== undefined);
  if (unused.length > 0) {
    problems.push(`With AUTH_SERVICE_URL the service checks the tokens: leave ${unused.join(', ')} out.`);
  }
  if (env.JWT_SECRET !== undefined && env.ALLOW_GUESTS !== true) {
    problems.push(
      'With AUTH_SERVICE_URL, JWT_SECRET signs only guest tokens: set ALLOW_GUESTS=true, or leave JWT_SECRET out.',
    );
  }
  return problems;
}
