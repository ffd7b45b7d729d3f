/** Opcodes of WebSocket frames (RFC 6455, section 5.2). */
export const opcode = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/** Any key but zeros. Servers may skip a zero key, but unmasking is part of the cost of a send. */
const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** Encodes a masked frame, as clients send it. */
export function clientFrame(kind: number, payload: Buffer): Buffer {
  const extended = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
  const start = 2 + extended + mask.length;
  const frame = Buffer.allocUnsafe(start + payload.length);
  frame.writeUInt8(0x80 | kind, 0);
  if (extended === 0) frame.writeUInt8(0x80 | payload.length, 1);
  else if (extended === 2) {
    frame.writeUInt8(0x80 | 126, 1);
    frame.writeUInt16BE(payload.length, 2);
  } else {
    frame.writeUInt8(0x80 | 127, 1);
    frame.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  mask.copy(frame, start - mask.length);
  for (let at = 0; at < payload.length; at++) {
    frame[start + at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0);
  }
  return frame;
}
