import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

interface RawAnswer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A GET that changes nothing: not the path, which `fetch` would tidy up, nor the body, which it would unpack. */
export async function rawGet(url: string, headers: OutgoingHttpHeaders = {}, path?: string): Promise<RawAnswer> {
  const sent = request(url, { headers, ...(path !== undefined && { path }), agent: false }).end();
  const [answer]: [IncomingMessage] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
}
