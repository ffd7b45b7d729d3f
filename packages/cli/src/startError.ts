/** The reason why a command failed and what to do about it. It is printed without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
