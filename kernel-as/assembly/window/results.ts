/*
 * Results of one call, outside of the pages: rows as they come, those of one record sorted, then columns.
 *
 *   row       f64 end   f64 start   u32 sensor   u32 record   u32 readings   u32 where they are   f64 aggregates [outputs]
 *   columns   f64 start [n]   f64 end [n]   f64 aggregates [outputs][n]   u32 sensor [n]   u32 record [n]   u32 readings [n]   u32 where they are [n]
 *
 * Readings that results come with are in a buffer of their own, counted in f64: for each result its event times, then its values by field.
 */

@unmanaged
export class Results {
  outputs: u32;
  rowBytes: u32;
  count: u32;
  room: u32;
  rows: usize;
  order: usize; // u32: the row that comes there
  columns: usize;
  columnsBytes: usize;
  readings: usize; // f64
  readingsCount: u32;
  readingsRoom: u32;
}

const HEADER_BYTES: u32 = 32;
const FIRST_ROOM: u32 = 64;

export function createResults(outputs: u32): Results {
  const results = changetype<Results>(heap.alloc(offsetof<Results>()));
  results.outputs = outputs;
  results.rowBytes = HEADER_BYTES + (outputs << 3);
  results.count = 0;
  results.room = FIRST_ROOM;
  results.rows = heap.alloc(<usize>FIRST_ROOM * results.rowBytes);
  results.order = heap.alloc(<usize>FIRST_ROOM << 2);
  results.columns = 0;
  results.columnsBytes = 0;
  results.readings = 0;
  results.readingsCount = 0;
  results.readingsRoom = 0;
  return results;
}

export function destroyResults(results: Results): void {
  heap.free(results.rows);
  heap.free(results.order);
  if (results.columns) heap.free(results.columns);
  if (results.readings) heap.free(results.readings);
  heap.free(changetype<usize>(results));
}

export function clearResults(results: Results): void {
  results.count = 0;
  results.readingsCount = 0;
}

/** Where `count` f64 of readings go, for the row that comes next. */
export function roomForReadings(results: Results, count: u32): usize {
  const before = results.readingsCount;
  if (before + count > results.readingsRoom) {
    const room = max<u32>(before + count, results.readingsRoom << 1);
    const readings = heap.alloc(<usize>room << 3);
    if (before) memory.copy(readings, results.readings, <usize>before << 3);
    if (results.readings) heap.free(results.readings);
    results.readings = readings;
    results.readingsRoom = room;
  }
  results.readingsCount = before + count;
  return results.readings + (<usize>before << 3);
}

/** Begins a row; returns where its aggregates go. */
export function addRow(results: Results, startMs: f64, endMs: f64, sensor: u32, record: u32, readings: u32, readingsAt: u32): usize {
  if (results.count == results.room) grow(results);
  const row = results.rows + <usize>results.count * <usize>results.rowBytes;
  store<f64>(row, endMs);
  store<f64>(row, startMs, 8);
  store<u32>(row, sensor, 16);
  store<u32>(row, record, 20);
  store<u32>(row, readings, 24);
  store<u32>(row, readingsAt, 28);
  store<u32>(results.order + (<usize>results.count << 2), results.count);
  results.count++;
  return row + HEADER_BYTES;
}

function grow(results: Results): void {
  const rows = heap.alloc(<usize>results.room * <usize>results.rowBytes * 2);
  memory.copy(rows, results.rows, <usize>results.room * <usize>results.rowBytes);
  heap.free(results.rows);
  results.rows = rows;
  const order = heap.alloc(<usize>results.room << 3);
  memory.copy(order, results.order, <usize>results.room << 2);
  heap.free(results.order);
  results.order = order;
  results.room <<= 1;
}

/** Puts the rows from `from` on, which are of one record, in order of end, start and sensor. Heapsort. */
export function sortRows(results: Results, from: u32): void {
  const count = results.count - from;
  const order = results.order + (<usize>from << 2);
  for (let i = count >> 1; i > 0; i--) sink(results, order, i - 1, count, load<u32>(order + (<usize>(i - 1) << 2)));
  for (let left = count; left > 1; left--) {
    const row = load<u32>(order + (<usize>(left - 1) << 2));
    store<u32>(order + (<usize>(left - 1) << 2), load<u32>(order));
    sink(results, order, 0, left - 1, row);
  }
}

function sink(results: Results, order: usize, hole: u32, count: u32, row: u32): void {
  for (;;) {
    let below: u32 = 2 * hole + 1;
    if (below >= count) break;
    let other = load<u32>(order + (<usize>below << 2));
    if (below + 1 < count) {
      const right = load<u32>(order + (<usize>(below + 1) << 2));
      if (comesBefore(results, other, right)) {
        other = right;
        below++;
      }
    }
    if (!comesBefore(results, row, other)) break;
    store<u32>(order + (<usize>hole << 2), other);
    hole = below;
  }
  store<u32>(order + (<usize>hole << 2), row);
}

function comesBefore(results: Results, a: u32, b: u32): bool {
  const left = results.rows + <usize>a * <usize>results.rowBytes;
  const right = results.rows + <usize>b * <usize>results.rowBytes;
  if (load<f64>(left) != load<f64>(right)) return load<f64>(left) < load<f64>(right);
  if (load<f64>(left, 8) != load<f64>(right, 8)) return load<f64>(left, 8) < load<f64>(right, 8);
  if (load<u32>(left, 16) != load<u32>(right, 16)) return load<u32>(left, 16) < load<u32>(right, 16);
  return a < b; // a window may be told, and told again with the reading of the same record in it
}

/** Writes the columns; returns how many rows they have. */
export function writeColumns(results: Results): u32 {
  const count = <usize>results.count;
  const bytes = count * (32 + (<usize>results.outputs << 3));
  if (bytes > results.columnsBytes) {
    if (results.columns) heap.free(results.columns);
    results.columnsBytes = bytes;
    results.columns = heap.alloc(bytes);
  }
  const ends = results.columns + (count << 3);
  const aggregates = ends + (count << 3);
  const sensors = aggregates + ((count * <usize>results.outputs) << 3);
  const records = sensors + (count << 2);
  const readings = records + (count << 2);
  const readingsAt = readings + (count << 2);
  for (let i: usize = 0; i < count; i++) {
    const row = results.rows + <usize>load<u32>(results.order + (i << 2)) * <usize>results.rowBytes;
    store<f64>(results.columns + (i << 3), load<f64>(row, 8));
    store<f64>(ends + (i << 3), load<f64>(row));
    store<u32>(sensors + (i << 2), load<u32>(row, 16));
    store<u32>(records + (i << 2), load<u32>(row, 20));
    store<u32>(readings + (i << 2), load<u32>(row, 24));
    store<u32>(readingsAt + (i << 2), load<u32>(row, 28));
    for (let output: usize = 0; output < <usize>results.outputs; output++) {
      store<f64>(aggregates + ((output * count + i) << 3), load<f64>(row + HEADER_BYTES + (output << 3)));
    }
  }
  return <u32>count;
}
