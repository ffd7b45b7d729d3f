import { vi } from 'vitest';
import type { MessageCommands } from './roomContext.ts';

/** For tests: deeds that always work, and tell how they were called. */
export function testCommands() {
  return {
    userId: 'me',
    messageMaxChars: 100,
    react: vi.fn<MessageCommands['react']>(async () => true),
    edit: vi.fn<MessageCommands['edit']>(async () => true),
    remove: vi.fn<MessageCommands['remove']>(async () => true),
    retry: vi.fn<MessageCommands['retry']>(),
    drop: vi.fn<MessageCommands['drop']>(),
  };
}
