/** The measured calls by name. */
export type MeasuredCalls = Map<string, () => Promise<unknown>>;

/** Requests a path and reads the whole response. Rejects unless its status is a success. */
export async function get(url: string, path: string, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(url + path, { headers });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
}
