import { hasVisibleText } from '@earshot/client';

/** Characters of a message as the server counts them: code points, without the white space around; 0 where nothing shows. */
export function messageLength(content: string): number {
  if (!hasVisibleText(content)) return 0;
  let count = 0;
  for (const _ of content.trim()) count += 1;
  return count;
}
