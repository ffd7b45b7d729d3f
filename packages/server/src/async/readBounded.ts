/** The text of a stream; null if it has more bytes. The stream is then cancelled. */
export async function readBounded(body: ReadableStream<Uint8Array> | null, bytesMax: number): Promise<string | null> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > bytesMax) return null; // leaving the loop cancels the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
