/** Frames of up to this many bytes are always read: keep-alive texts (`2`, `PING`) are that short. */
const alwaysReadBytes = 4;

export interface FrameSink {
  /** Called for a text frame that is skipped, with its length in bytes. */
  passed(length: number): void;
  /** Called for a frame that is read. The payload is valid during the call only. */
  taken(opcode: number, payload: Buffer): void;
}

/**
 * Finds the frames in what a server writes to one WebSocket (RFC 6455, section 5.2; servers do not mask). A payload
 * that is not read is skipped by its length: counting a delivery costs a few loads, so that the generator stays
 * cheaper than any server that has to write it.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  /** Whether text frames are read; otherwise they are only counted. May change between two reads. */
  readsText = true;
  /** The beginning of a frame whose header, or payload to read, is incomplete. */
  #rest: Buffer | null = null;
  /** Bytes left of a frame that is being skipped, and its length. */
  #skip = 0;
  #passing = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Reads the first `size` bytes of a buffer that the caller reuses. */
  read(chunk: Buffer, size: number): void {
    if (this.#skip > size) {
      this.#skip -= size;
      return;
    }
    if (this.#skip > 0) this.#sink.passed(this.#passing);
    let data = chunk;
    let end = size;
    if (this.#rest !== null) {
      data = Buffer.concat([this.#rest, chunk.subarray(0, size)]);
      end = data.length;
      this.#rest = null;
    }
    let at = this.#skip;
    this.#skip = 0;
    while (at < end) {
      const next = this.#frame(data, at, end);
      if (next === null) {
        this.#rest = Buffer.from(data.subarray(at, end));
        return;
      }
      at = next;
    }
    this.#skip = at - end;
  }

  /** Handles the frame at `at`. Returns the offset after it, or null if the frame is incomplete. */
  #frame(data: Buffer, at: number, end: number): number | null {
    const available = end - at;
    if (available < 2) return null;
    const opcode = data.readUInt8(at) & 0x0f;
    let length = data.readUInt8(at + 1) & 0x7f;
    let start = at + 2;
    if (length === 126) {
      if (available < 4) return null;
      length = data.readUInt16BE(at + 2);
      start = at + 4;
    } else if (length === 127) {
      if (available < 10) return null;
      length = Number(data.readBigUInt64BE(at + 2));
      start = at + 10;
    }
    const behind = start + length;
    if (this.readsText || opcode >= 8 || length <= alwaysReadBytes) {
      if (behind > end) return null;
      this.#sink.taken(opcode, data.subarray(start, behind));
    } else if (behind > end) this.#passing = length;
    else this.#sink.passed(length);
    return behind;
  }
}
