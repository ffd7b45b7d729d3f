/** Hues of names, in degrees of OKLCH. The style sheet sets lightness and chroma, so that all are equally legible. */
const hues = [15, 45, 75, 110, 140, 165, 195, 225, 250, 280, 310, 340] as const;

/** The hue of a user, the same on every page. FNV-1a (Fowler, Noll, Vo) over the id's code units. */
export function authorHue(userId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < userId.length; index += 1) {
    hash = Math.imul(hash ^ userId.charCodeAt(index), 0x01000193);
  }
  // The lowest bits of FNV-1a alone are poorly distributed.
  return hues[((hash ^ (hash >>> 16)) >>> 0) % hues.length] ?? 0;
}
