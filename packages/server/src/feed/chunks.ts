/** Frames that are written as one. */
export interface Chunk {
  frames: readonly Uint8Array[];
  bytes: Uint8Array;
}

/** Bytes. A sink's unsent data exceeds its own bound by at most one write, so this bounds the size of a write. */
const chunkMaxBytes = 256 * 1024;

/** Concatenates frames into few chunks. A chunk exceeds 256 KiB only if it is a single frame. */
export function chunkFrames(frames: readonly Uint8Array[]): Chunk[] {
  const chunks: Chunk[] = [];
  let begin = 0;
  let length = 0;
  for (const [at, frame] of frames.entries()) {
    if (length > 0 && length + frame.length > chunkMaxBytes) {
      chunks.push(toChunk(frames.slice(begin, at)));
      begin = at;
      length = 0;
    }
    length += frame.length;
  }
  chunks.push(toChunk(frames.slice(begin)));
  return chunks;
}

const toChunk = (frames: readonly Uint8Array[]): Chunk => ({ frames, bytes: concat(frames) });

/**
 * Concatenates the frames in memory of their own. They may stay unsent for long, and a slice of Node's shared 64 KiB pool would keep the
 * whole pool alive: many times the size that the sink counts.
 */
export function concat(frames: readonly Uint8Array[]): Uint8Array {
  const whole = Buffer.allocUnsafeSlow(frames.reduce((length, frame) => length + frame.length, 0));
  let end = 0;
  for (const frame of frames) {
    whole.set(frame, end);
    end += frame.length;
  }
  return whole;
}
