/** Frames that are written as one. */
export interface Piece {
  frames: readonly Uint8Array[];
  bytes: Uint8Array;
}

/** Bytes. What lies unsent for a sink exceeds its own bound by one write at most, so no write is much larger. */
const pieceMax = 256 * 1024;

/** The frames as few pieces, none beyond 256 KiB unless by one frame alone. */
export function inPieces(frames: readonly Uint8Array[]): Piece[] {
  const pieces: Piece[] = [];
  let begin = 0;
  let length = 0;
  for (const [at, frame] of frames.entries()) {
    if (length > 0 && length + frame.length > pieceMax) {
      pieces.push(pieceOf(frames.slice(begin, at)));
      begin = at;
      length = 0;
    }
    length += frame.length;
  }
  pieces.push(pieceOf(frames.slice(begin)));
  return pieces;
}

const pieceOf = (frames: readonly Uint8Array[]): Piece => ({ frames, bytes: joined(frames) });

/**
 * The frames one behind the other, in memory of their own. They may lie unsent for long, and a slice of Node's common pool
 * would keep all that it shares its 64 KiB with: many times what the sink counts.
 */
export function joined(frames: readonly Uint8Array[]): Uint8Array {
  const whole = Buffer.allocUnsafeSlow(frames.reduce((length, frame) => length + frame.length, 0));
  let end = 0;
  for (const frame of frames) {
    whole.set(frame, end);
    end += frame.length;
  }
  return whole;
}
