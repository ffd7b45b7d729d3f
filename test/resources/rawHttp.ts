import { connect } from 'node:net';

interface RawResponse {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string>;
  body: string;
}

/** Sends exactly these bytes as an HTTP request and reads the first response, which must state its length. */
export async function rawHttp(url: string, request: string | readonly string[]): Promise<RawResponse> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(typeof request === 'string' ? request : `${request.join('\r\n')}\r\n\r\n`);
  let text = '';
  try {
    for await (const chunk of socket) {
      text += String(chunk);
      const answer = parse(text);
      if (answer !== null) return answer;
    }
  } finally {
    socket.destroy();
  }
  throw new Error(`the connection closed within an answer: ${text}`);
}

function parse(text: string): RawResponse | null {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [first = '', ...fields] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
  const body = text.slice(end + 4);
  if (Buffer.byteLength(body) < Number(headers['content-length'])) return null;
  return { status: Number(first.split(' ')[1]), headers, body };
}
