import type { Span } from './cityRecords.ts';
import { foldText } from './foldText.ts';
import type { TextColumn } from './placeTable.ts';

/** Writes the texts of a column. Texts of ASCII characters, which are nearly all, are copied byte by byte and never become strings. */
export class TextWriter {
  readonly #starts: Uint32Array;
  readonly #bytes: Buffer;
  #length = 0;
  #count = 0;

  /** `size`: bytes for all texts, with the newlines. */
  constructor(count: number, size: number) {
    this.#starts = new Uint32Array(count + 1);
    this.#bytes = Buffer.allocUnsafe(size);
  }

  copy(bytes: Buffer, { start, end }: Span): void {
    this.#begin();
    this.#length += bytes.copy(this.#bytes, this.#length, start, end);
    this.#end();
  }

  /** Writes a text as `foldText` returns it. */
  fold(bytes: Buffer, span: Span): void {
    this.#begin();
    if (!this.#foldAscii(bytes, span)) {
      this.#length += this.#bytes.write(foldText(bytes.toString('utf8', span.start, span.end)), this.#length);
    }
    this.#end();
  }

  finish(): TextColumn {
    return { bytes: Buffer.from(this.#bytes.subarray(0, this.#length)), starts: this.#starts };
  }

  /** Returns false, and writes nothing, if the text has other characters. */
  #foldAscii(bytes: Buffer, { start, end }: Span): boolean {
    const begin = this.#length;
    let at = begin;
    for (let i = start; i < end; i += 1) {
      const byte = bytes[i] ?? 0;
      if (byte > 0x7f) return false;
      const folded = foldedBytes[byte] ?? space;
      if (folded === space && (at === begin || this.#bytes[at - 1] === space)) continue;
      this.#bytes[at] = folded;
      at += 1;
    }
    this.#length = at > begin && this.#bytes[at - 1] === space ? at - 1 : at;
    return true;
  }

  #begin(): void {
    this.#bytes[this.#length] = newline;
    this.#length += 1;
  }

  #end(): void {
    this.#count += 1;
    this.#starts[this.#count] = this.#length;
  }
}

const [newline, space] = [0x0a, 0x20];

/** The folded form of each ASCII character: a small letter, a digit or a space. */
const foldedBytes = Uint8Array.from(
  { length: 128 },
  (_, code) => foldText(String.fromCharCode(code)).charCodeAt(0) || space,
);
