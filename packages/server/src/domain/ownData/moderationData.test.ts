import { expect, test } from 'vitest';
import type { AuditEntry, AuditStore } from '../../store/audit.ts';
import { auditData } from './moderationData.ts';

const entry = (action: string): AuditEntry => ({
  ...{ id: action, at: new Date(0), action, actor: { userId: 'mod', username: 'Mod' }, subjectUserId: 'ben' },
  ...{ roomId: 'plaza', cell: null, scope: 'room', reason: 'spam', detail: null },
});

test('users get what was decided about them, without the moderator; not how reports about them were resolved', async () => {
  const page = async () => ({ entries: [entry('mute'), entry('resolveReport'), entry('ban')], next: null });
  const audit: Pick<AuditStore, 'page' | 'erase'> = { page, erase: async () => false };
  const { records } = await auditData(audit).exportOf('ben', { after: null, limit: 10 });
  expect(records).toMatchObject([{ action: 'mute' }, { action: 'ban' }]);
  expect(JSON.stringify(records)).not.toMatch(/mod|resolveReport/i);
});
