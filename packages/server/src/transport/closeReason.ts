/** Bytes that a close frame leaves for the reason (RFC 6455, 5.5 and 5.5.1). `ws` throws for more. */
const reasonBytes = 123;
/** Bytes of U+FFFD, which replaces a character that is cut in two. */
const replacementBytes = 3;

/** The beginning of a sentence that fits into a close frame. */
export function closeReason(message: string): string {
  const bytes = Buffer.from(message);
  return bytes.length <= reasonBytes ? message : bytes.subarray(0, reasonBytes - replacementBytes).toString();
}
