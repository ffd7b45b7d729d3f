import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * An ETag of what is in a file. Its size and time would not do: builds that are made to be reproducible give all files
 * one time. Weak, because the same tag stands for the compressed forms.
 */
export async function contentTag(file: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(file));
  return `W/"${hash.digest('base64url')}"`;
}

/** Whether a client's `If-None-Match` names the tag. */
export function hasTag(ifNoneMatch: string | undefined, tag: string): boolean {
  const opaque = (one: string) => one.trim().replace(/^W\//, '');
  return ifNoneMatch?.split(',').some((one) => one.trim() === '*' || opaque(one) === opaque(tag)) ?? false;
}
