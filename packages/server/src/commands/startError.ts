/** Why a command could not do its work, and what to do about it: told without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
