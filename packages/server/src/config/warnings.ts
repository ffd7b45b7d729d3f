import type { Config } from './config.ts';

/** Warnings about valid settings that are riskier than the operator may expect. */
export function configWarnings({ auth }: Pick<Config, 'auth'>): string[] {
  const acceptsForeignTokens = auth.mode === 'jwt' && 'jwksUrl' in auth.key && auth.audience === undefined;
  return acceptsForeignTokens ? [foreignTokens] : [];
}

const foreignTokens =
  'JWKS_URL without JWT_AUDIENCE: tokens that the provider issued for other applications are accepted too (set JWT_AUDIENCE to the `aud` of your tokens)';
