/*
 * Per sensor, the readings of the last `retentionMs` of event time, ordered by it (equals: by arrival).
 *
 *        start            at        end        capacity
 *   ├──────┼───────────────┼─────────┼────────────┤
 *   │ free │ older readings  newer   │ free       │    times: f64, values: f64 [rowDoubles] a reading
 *   └──────┴───────────────┴─────────┴────────────┘
 */

const FIRST_CAPACITY: u32 = 16;

/** A rate above 65,536 readings a retention loses its oldest quarter: memory stays bounded. */
const LAST_CAPACITY: u32 = 65_536;

@unmanaged
class Sensor {
  times: usize;
  values: usize;
  capacity: u32;
  start: u32;
  end: u32;
  newestMs: f64;
}

@unmanaged
class Trailing {
  fields: u32;
  rowDoubles: u32; // fields, rounded up to even
  spans: u32;
  spansMs: usize; // f64, rising
  retentionMs: f64;
  sensors: usize; // pointers by sensor number, 0 where there is none yet
  sensorCapacity: u32;
}

/** State for readings of `fields` values and trailing spans `spansMs` (rising f64, copied). */
export function create(fields: u32, spans: u32, spansMs: usize, retentionMs: f64): usize {
  const trailing = changetype<Trailing>(heap.alloc(offsetof<Trailing>()));
  trailing.fields = fields;
  trailing.rowDoubles = (fields + 1) & ~1;
  trailing.spans = spans;
  trailing.spansMs = heap.alloc(<usize>spans << 3);
  memory.copy(trailing.spansMs, spansMs, <usize>spans << 3);
  trailing.retentionMs = retentionMs;
  trailing.sensorCapacity = 64;
  trailing.sensors = heap.alloc(64 * sizeof<usize>());
  memory.fill(trailing.sensors, 0, 64 * sizeof<usize>());
  return changetype<usize>(trailing);
}

/** Frees all of it. */
export function forget(pointer: usize): void {
  const trailing = changetype<Trailing>(pointer);
  for (let number: u32 = 0; number < trailing.sensorCapacity; number++) {
    const sensor = load<usize>(trailing.sensors + <usize>number * sizeof<usize>());
    if (!sensor) continue;
    heap.free(changetype<Sensor>(sensor).times);
    heap.free(changetype<Sensor>(sensor).values);
    heap.free(sensor);
  }
  heap.free(trailing.sensors);
  heap.free(trailing.spansMs);
  heap.free(pointer);
}

/**
 * Takes `rows` readings in arrival order (sensor numbers u32, event times f64, values row-major f64 [rowDoubles]) and writes for each
 * `fields * (1 + spans)` f32: the values, then for every span the values less their mean over the readings already seen
 * with event time in (t - span, t], this one included. NaN where the value is missing or is the only one of its span.
 */
export function push(
  pointer: usize,
  rows: u32,
  sensorNumbers: usize,
  timesMs: usize,
  values: usize,
  output: usize,
): void {
  const trailing = changetype<Trailing>(pointer);
  const rowBytes = <usize>trailing.rowDoubles << 3;
  const outputBytes = (<usize>trailing.fields * (1 + <usize>trailing.spans)) << 2;
  for (let row: usize = 0; row < <usize>rows; row++) {
    const sensor = sensorAt(trailing, load<u32>(sensorNumbers + (row << 2)));
    const timeMs = load<f64>(timesMs + (row << 3));
    const reading = values + row * rowBytes;
    const out = output + row * outputBytes;
    for (let field: usize = 0; field < <usize>trailing.fields; field++) {
      store<f32>(out + (field << 2), <f32>load<f64>(reading + (field << 3)));
    }
    describe(trailing, sensor, insert(trailing, sensor, timeMs, reading), timeMs, reading, out);
  }
}

function sensorAt(trailing: Trailing, number: u32): Sensor {
  if (number >= trailing.sensorCapacity) {
    let capacity = trailing.sensorCapacity;
    while (capacity <= number) capacity <<= 1;
    const grown = heap.alloc(<usize>capacity * sizeof<usize>());
    const oldBytes = <usize>trailing.sensorCapacity * sizeof<usize>();
    memory.copy(grown, trailing.sensors, oldBytes);
    memory.fill(grown + oldBytes, 0, <usize>capacity * sizeof<usize>() - oldBytes);
    heap.free(trailing.sensors);
    trailing.sensors = grown;
    trailing.sensorCapacity = capacity;
  }
  const place = trailing.sensors + <usize>number * sizeof<usize>();
  if (!load<usize>(place)) {
    const sensor = changetype<Sensor>(heap.alloc(offsetof<Sensor>()));
    sensor.capacity = FIRST_CAPACITY;
    sensor.times = heap.alloc(<usize>FIRST_CAPACITY << 3);
    sensor.values = heap.alloc((<usize>FIRST_CAPACITY * <usize>trailing.rowDoubles) << 3);
    sensor.start = 0;
    sensor.end = 0;
    sensor.newestMs = -Infinity;
    store<usize>(place, changetype<usize>(sensor));
  }
  return changetype<Sensor>(load<usize>(place));
}

/** The place of the reading among the sensor's; -1 for one older than the retention, which is not kept. */
function insert(trailing: Trailing, sensor: Sensor, timeMs: f64, reading: usize): i32 {
  if (timeMs > sensor.newestMs) sensor.newestMs = timeMs;
  const horizon = sensor.newestMs - trailing.retentionMs;
  if (timeMs <= horizon) return -1;
  while (sensor.start < sensor.end && load<f64>(sensor.times + (<usize>sensor.start << 3)) <= horizon) sensor.start++;
  if (sensor.end == sensor.capacity) makeRoom(trailing, sensor);

  const rowBytes = <usize>trailing.rowDoubles << 3;
  let at = sensor.end;
  while (at > sensor.start && load<f64>(sensor.times + (<usize>(at - 1) << 3)) > timeMs) at--;
  const time = sensor.times + (<usize>at << 3);
  const value = sensor.values + <usize>at * rowBytes;
  const newer = <usize>(sensor.end - at);
  memory.copy(time + 8, time, newer << 3);
  memory.copy(value + rowBytes, value, newer * rowBytes);
  store<f64>(time, timeMs);
  memory.copy(value, reading, rowBytes);
  sensor.end++;
  return at;
}

/** Moves the readings to the front, into twice the room if they fill more than half of it. */
function makeRoom(trailing: Trailing, sensor: Sensor): void {
  const rowBytes = <usize>trailing.rowDoubles << 3;
  if (sensor.end - sensor.start == LAST_CAPACITY) sensor.start += LAST_CAPACITY >> 2;
  const count = sensor.end - sensor.start;
  const times = sensor.times + (<usize>sensor.start << 3);
  const values = sensor.values + <usize>sensor.start * rowBytes;
  if (count <= sensor.capacity >> 1 || sensor.capacity == LAST_CAPACITY) {
    memory.copy(sensor.times, times, <usize>count << 3);
    memory.copy(sensor.values, values, <usize>count * rowBytes);
  } else {
    sensor.capacity <<= 1;
    const widerTimes = heap.alloc(<usize>sensor.capacity << 3);
    const widerValues = heap.alloc(<usize>sensor.capacity * rowBytes);
    memory.copy(widerTimes, times, <usize>count << 3);
    memory.copy(widerValues, values, <usize>count * rowBytes);
    heap.free(sensor.times);
    heap.free(sensor.values);
    sensor.times = widerTimes;
    sensor.values = widerValues;
  }
  sensor.start = 0;
  sensor.end = count;
}

/** Writes the span features of the reading at place `at`. Sums run from the newest reading to the oldest. */
function describe(trailing: Trailing, sensor: Sensor, at: i32, timeMs: f64, reading: usize, out: usize): void {
  const fields = <usize>trailing.fields;
  const rowBytes = <usize>trailing.rowDoubles << 3;
  const one = f64x2.splat(1);
  for (let field: usize = 0; field < fields; field += 2) {
    const value = v128.load(reading + (field << 3));
    let sum = f64x2.splat(0);
    let count = f64x2.splat(0);
    let older = at;
    for (let span: usize = 0; span < <usize>trailing.spans; span++) {
      const horizon = timeMs - load<f64>(trailing.spansMs + (span << 3));
      while (older >= <i32>sensor.start && load<f64>(sensor.times + (<usize>older << 3)) > horizon) {
        const x = v128.load(sensor.values + <usize>older * rowBytes + (field << 3));
        const there = f64x2.eq(x, x);
        sum = f64x2.add(sum, v128.and(x, there));
        count = f64x2.add(count, v128.and(one, there));
        older--;
      }
      const known = f64x2.ge(count, f64x2.splat(2));
      const apart = v128.bitselect(f64x2.sub(value, f64x2.div(sum, count)), f64x2.splat(NaN), known);
      const place = out + ((fields * (1 + span) + field) << 2);
      store<f32>(place, <f32>f64x2.extract_lane(apart, 0));
      if (field + 1 < fields) store<f32>(place, <f32>f64x2.extract_lane(apart, 1), 4);
    }
  }
}
