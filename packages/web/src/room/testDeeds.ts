import { vi } from 'vitest';
import type { MessageDeeds } from './roomContext.ts';

/** For tests: deeds that always work, and tell how they were called. */
export function testDeeds() {
  return {
    userId: 'me',
    messageMaxChars: 100,
    react: vi.fn<MessageDeeds['react']>(async () => true),
    edit: vi.fn<MessageDeeds['edit']>(async () => true),
    remove: vi.fn<MessageDeeds['remove']>(async () => true),
    retry: vi.fn<MessageDeeds['retry']>(),
    drop: vi.fn<MessageDeeds['drop']>(),
  };
}
