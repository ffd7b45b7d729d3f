import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * The ETag of a file's content. Size and modification time would not suffice: reproducible builds give all files the same
 * time. The tag is weak, because it also stands for the compressed variants.
 */
export async function contentTag(file: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(file));
  return `W/"${hash.digest('base64url')}"`;
}

/** Whether a client's `If-None-Match` contains the tag. */
export function hasTag(ifNoneMatch: string | undefined, tag: string): boolean {
  const opaqueTag = (one: string) => one.trim().replace(/^W\//, '');
  return ifNoneMatch?.split(',').some((one) => one.trim() === '*' || opaqueTag(one) === opaqueTag(tag)) ?? false;
}
