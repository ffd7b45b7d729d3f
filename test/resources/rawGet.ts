import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

interface RawAnswer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A GET without normalization: `fetch` would normalize the path and decompress the body. */
export async function rawGet(url: string, headers: OutgoingHttpHeaders = {}, path?: string): Promise<RawAnswer> {
  const sent = request(url, { headers, ...(path !== undefined && { path }), agent: false }).end();
  const [answer]: [IncomingMessage] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
}
