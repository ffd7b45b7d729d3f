import { userIdSchema } from '@earshot/shared';
import { StartError } from '../startError.ts';
import { withAdmin } from './withAdmin.ts';

/** Ends all sessions of a user. */
export async function signOut(userId: string): Promise<void> {
  if (!userIdSchema.safeParse(userId).success) throw new StartError('This is not the id of a user.');
  await withAdmin(async (admin) => {
    if (admin.auth === 'open') {
      throw new StartError(
        'There is nothing to sign out from: in open mode (AUTH_MODE=open) clients name themselves, without tokens.',
      );
    }
    await admin.signOut(userId);
    process.stdout.write(
      `Signed out: ${userId}. Connections end within seconds, and tokens issued until now are refused.\n`,
    );
  });
}
