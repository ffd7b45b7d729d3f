import { vi } from 'vitest';
import type { MessageCommands } from './roomContext.ts';

/** For tests: commands that always succeed, and record their calls. */
export function testCommands() {
  return {
    userId: 'me',
    messageMaxChars: 100,
    react: vi.fn<MessageCommands['react']>(async () => true),
    edit: vi.fn<MessageCommands['edit']>(async () => true),
    remove: vi.fn<MessageCommands['remove']>(async () => true),
    retry: vi.fn<MessageCommands['retry']>(),
    drop: vi.fn<MessageCommands['drop']>(),
    resend: vi.fn<MessageCommands['resend']>(),
  };
}
