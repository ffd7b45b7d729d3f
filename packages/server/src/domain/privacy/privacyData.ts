import type { PersonalData } from '../../store/personalData.ts';
import type { PrivacyStore } from '../../store/privacy.ts';

/** A user's privacy settings: where the user is listed by name, then the blocked users by id. */
export const privacyData = (privacy: Pick<PrivacyStore, 'read' | 'erase'>): PersonalData => ({
  exportOf: async (userId, { after, limit }) => {
    const { version, blocked, visibility } = await privacy.read(userId);
    const first = after === null && version !== '' ? [{ visibility }] : [];
    const following = blocked
      .filter((user) => user.userId > (after ?? ''))
      .sort((a, b) => (a.userId < b.userId ? -1 : 1));
    const shown = following.slice(0, Math.max(1, limit - first.length));
    const next = shown.length < following.length ? (shown.at(-1)?.userId ?? null) : null;
    return { records: [...first, ...shown.map((user) => ({ blocked: user }))], next };
  },
  erase: (userId) => privacy.erase(userId),
});
