/** Characters of a message as the server counts them: code points, without the white space around. */
export function messageLength(content: string): number {
  let count = 0;
  for (const _ of content.trim()) count += 1;
  return count;
}
