import { constants, deflateRawSync } from 'node:zlib';

/** Encodes a text as a WebSocket frame of a server: unfragmented and unmasked (RFC 6455, 5.2). */
export type MakeFrame = (text: string, allocate?: (size: number) => Buffer) => Buffer;

/** FIN and the text opcode. */
const whole = 0x81;
/** RSV1: the message is compressed. */
const deflated = 0x40;

export const textFrame: MakeFrame = (text, allocate = Buffer.allocUnsafe) => {
  const length = Buffer.byteLength(text);
  const start = headSize(length);
  const frame = allocate(start + length);
  writeHead(frame, whole, length);
  frame.write(text, start);
  return frame;
};

/**
 * The frame for a client that agreed to permessage-deflate (RFC 7692) as `socketOptions` offers it. Without context
 * takeover, all such clients get the same bytes, and no compressor memory outlives the call. Texts that are too short to
 * shrink, or too long to compress without delaying others, are sent uncompressed.
 */
export const compressedFrame: MakeFrame = (text, allocate = Buffer.allocUnsafe) => {
  const bytes = Buffer.byteLength(text);
  if (bytes < compression.minBytes || bytes > compression.maxBytes) return textFrame(text, allocate);
  const data = deflateRawSync(text, deflateOptions);
  const length = data.length - tailBytes;
  const start = headSize(length);
  const frame = allocate(start + length);
  writeHead(frame, whole | deflated, length);
  data.copy(frame, start, 0, length);
  return frame;
};

export const compression = {
  /** Bits of the window: 4 KiB. Messages repeat field names, which are never far apart. */
  windowBits: 12,
  /** Bytes of UTF-8. */
  minBytes: 1024,
  /** Bytes of UTF-8. Compressing so many takes some milliseconds. */
  maxBytes: 128 * 1024,
};

/** `memLevel` sets the size of the tables, which every message allocates (zlib.h: 2^(bits + 2) + 2^(level + 9) bytes). */
const deflateOptions = {
  level: 3,
  memLevel: 5,
  windowBits: compression.windowBits,
  chunkSize: 4_096,
  finishFlush: constants.Z_SYNC_FLUSH,
};
/** 00 00 FF FF ends flushed data. The receiver appends it (RFC 7692, 7.2.1). */
const tailBytes = 4;

function headSize(length: number): number {
  return length < 126 ? 2 : length < 0x10000 ? 4 : 10;
}

function writeHead(frame: Buffer, first: number, length: number): void {
  frame[0] = first;
  if (length < 126) {
    frame[1] = length;
  } else if (length < 0x10000) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
}
