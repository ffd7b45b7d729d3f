/** Creates an id that can serve as an idempotency key: 128 random bits in hex. (`crypto.randomUUID` is missing on insecure pages.) */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
