import { hasVisibleText } from '@earshot/client';

/** The length of a message as the server counts it: code points without surrounding white space; 0 if nothing is visible. */
export function messageLength(content: string): number {
  if (!hasVisibleText(content)) return 0;
  let count = 0;
  for (const _ of content.trim()) count += 1;
  return count;
}
