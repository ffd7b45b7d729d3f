import type { Config } from './config.ts';

/** Warnings about valid settings that are riskier than the operator may expect. */
export function configWarnings({ auth }: Pick<Config, 'auth'>): string[] {
  if (auth.mode !== 'jwt' || !('jwksUrl' in auth.key)) return [];
  return [...(auth.audience === undefined ? [anyAudience] : []), ...(auth.issuer === undefined ? [anyIssuer] : [])];
}

const anyAudience =
  'JWKS_URL without JWT_AUDIENCE: tokens that the provider issued for other applications are accepted too (set JWT_AUDIENCE to the `aud` of your tokens)';
const anyIssuer =
  'JWKS_URL without JWT_ISSUER: tokens of every issuer that signs with these keys are accepted, such as other tenants of the provider (set JWT_ISSUER to the `iss` of your tokens)';
