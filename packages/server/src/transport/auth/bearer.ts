import type { IncomingHttpHeaders } from 'node:http';

/** The token in `Authorization: Bearer`; undefined if there is none. */
export function bearerToken({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}
