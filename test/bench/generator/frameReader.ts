/** Frames up to this many bytes are always handed over: keep-alive texts (`2`, `PING`) are that short. */
const alwaysWanted = 4;

export interface FrameSink {
  /** A text frame that nobody wanted to see, by its length in bytes. */
  passed(length: number): void;
  /** A frame with its payload, which is valid during the call only. */
  taken(opcode: number, payload: Buffer): void;
}

/**
 * Finds the frames in what a server writes to one WebSocket (RFC 6455, section 5.2; servers do not mask). A payload that
 * is not wanted is stepped over by its length: counting a delivery costs a few loads, so that the generator stays
 * cheaper than any server that has to write it.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  /** Whether text frames are handed over; otherwise they are counted. May change between any two reads. */
  wanted = true;
  /** The beginning of a frame whose header, or wanted payload, is not all there. */
  #rest: Buffer | null = null;
  /** Bytes still to come of a frame that is stepped over, and its length. */
  #skip = 0;
  #passing = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Takes the first `size` bytes of a buffer that the caller will use again. */
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

  /** Deals with the frame at this place; gives the place behind it, or null when too little of it is there. */
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
    if (this.wanted || opcode >= 8 || length <= alwaysWanted) {
      if (behind > end) return null;
      this.#sink.taken(opcode, data.subarray(start, behind));
    } else if (behind > end) this.#passing = length;
    else this.#sink.passed(length);
    return behind;
  }
}
