/** The decisions that the audit log records. */
export const auditActions = [
  ...(['muteUser', 'banUser', 'kickUser', 'liftSanction', 'removeMessage', 'resolveReport'] as const),
  ...(['setSlowMode', 'setRetention', 'lockRoom', 'closeRoom'] as const),
  ...(['grantRole', 'withdrawRole', 'signOut'] as const),
] as const;
export type AuditAction = (typeof auditActions)[number];
