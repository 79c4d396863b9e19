import { MangroveError } from "../errors.ts";

/** What `kernel-as/assembly/index.ts` exports. Pointers and counts are u32, passed as numbers. */
export interface KernelExports extends Record<string, unknown> {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  release(pointer: number): void;
  walkF32(nodes: number, roots: number, trees: number, input: number, features: number, rows: number, outputs: number, margins: number): void;
  walkF64(nodes: number, roots: number, trees: number, input: number, features: number, rows: number, outputs: number, margins: number): void;
  leavesF32(nodes: number, roots: number, trees: number, sets: number, input: number, features: number, rows: number, leaves: number): void;
  leavesF64(nodes: number, roots: number, trees: number, sets: number, input: number, features: number, rows: number, leaves: number): void;
  rankF32(groups: number, count: number, sets: number, wide: number, input: number, features: number, rows: number, bins: number): void;
  rankF64(groups: number, count: number, sets: number, wide: number, input: number, features: number, rows: number, bins: number): void;
  prepareSlots(slots: number): void;
  interpretF32(program: number, trees: number, leaves: number, slots: number, bins: number, rows: number, sums: number): void;
  interpretF64(program: number, trees: number, leaves: number, slots: number, bins: number, rows: number, sums: number): void;
  contributions(program: number, trees: number, bins: number, rows: number, phi: number, phiBytes: number, scratch: number, most: number): void;
  sigmoids(values: number, count: number): void;
  bin(input: number, rowBytes: number, rows: number, cuts: number, cutCount: number, bins: number, stride: number): void;
  arenaCreate(): number;
  arenaDestroy(arena: number): void;
  arenaSegments(arena: number): number;
  arenaTakeTouched(arena: number, pages: number, most: number): number;
  arenaTouchAll(arena: number): void;
  arenaPageAt(arena: number, page: number): number;
  arenaAlloc(arena: number, bytes: number): number;
  arenaFree(arena: number, place: number, bytes: number): void;
  arenaWritable(arena: number, place: number, bytes: number): number;
  arenaRoot(arena: number, root: number): number;
  arenaSetRoot(arena: number, root: number, place: number): void;
  sensorsOpen(arena: number, root: number): number;
  sensorsNumberOf(arena: number, dictionary: number, name: number, bytes: number): number;
  sensorsFind(arena: number, dictionary: number, name: number, bytes: number): number;
  sensorsForget(arena: number, dictionary: number, number: number): void;
  sensorsKeep(arena: number, dictionary: number, number: number): void;
  sensorsBegin(arena: number, dictionary: number): void;
  sensorsNameAt(arena: number, dictionary: number, number: number): number;
  sensorsFillNames(arena: number, dictionary: number, numbers: number, rows: number, table: number): void;
  sensorsNameBytes(arena: number, dictionary: number, number: number): number;
  sensorsReleases(arena: number, dictionary: number): number;
  sensorsLive(arena: number, dictionary: number): number;
  decode(
    plan: number,
    arena: number,
    dictionary: number,
    count: number,
    values: number,
    bounds: number,
    keys: number,
    keyBounds: number,
    name: number,
    nameLength: number,
    out: number,
  ): number;
  jsonElements(text: number, end: number, out: number, bounds: number, most: number): number;
  decodeAddName(plan: number, name: number, bytes: number, key: number, entry: number): void;
  decodeSetPowers(table: number): void;
  decodeNumber(text: number, out: number): number;
  decodeClose(at: number, columns: number, rows: number): number;
  clockCreate(arena: number, root: number, perPartition: number, disorderMs: number, idleAfterMs: number, forgetAfterMs: number): number;
  clockDestroy(clock: number): void;
  clockPush(clock: number, rows: number, sensors: number, timesMs: number, appendTimesMs: number, late: number, watermarksMs: number): number;
  clockAdvance(clock: number, appendNowMs: number, record: number): number;
  clockForgottenAt(clock: number): number;
  windowsCreate(arena: number, root: number, definition: number, kept: number): number;
  windowsDestroy(windows: number): void;
  windowsPush(
    windows: number,
    rows: number,
    sensors: number,
    timesMs: number,
    appendTimesMs: number,
    columns: number,
    forgottenRecords: number,
    forgottenSensors: number,
    forgottenCount: number,
    late: number,
  ): number;
  windowsAdvance(windows: number, appendNowMs: number, record: number): void;
  windowsForget(windows: number, sensors: number, count: number, record: number): void;
  windowsEnd(windows: number, record: number): void;
  windowsResults(windows: number): number;
  windowsResultsAt(windows: number): number;
  windowsResultReadingsAt(windows: number): number;
  slidingPush(windows: number, rows: number, sensors: number, timesMs: number, columns: number, results: number): void;
  slidingLookAt(windows: number, sensor: number): void;
  slidingReadings(windows: number): number;
  slidingColumns(windows: number): number;
  trailingOpen(arena: number, root: number, fields: number, spans: number, spansMs: number, retentionMs: number, derived: number, derivedTable: number, asked: number): number;
  trailingClose(state: number): void;
  trailingForget(state: number, sensor: number): void;
  trailingCopy(state: number, sensor: number, fromState: number, fromSensor: number): number;
  trailingPush(state: number, rows: number, sensors: number, timesMs: number, columns: number, output: number, readings: number): void;
  trainingCreate(settings: number): number;
  trainingDestroy(training: number): void;
  trainingMargins(training: number): number;
  trainingNodes(training: number): number;
  trainingBeginRound(training: number, round: number): void;
  trainingLoss(training: number): number;
  trainingGrow(training: number, tree: number, output: number): number;
  trainingPlant(training: number, tree: number, output: number): number;
  trainingDecide(training: number, searched: number): void;
  trainingNext(training: number): number;
  trainingFinish(training: number, output: number): number;
  trainingFound(training: number): number;
  trainingAddTree(training: number, bins: number, rows: number, margins: number, output: number): void;
  trainingLossOf(training: number, rows: number, labels: number, weights: number, margins: number): number;
  recordsCreate(): number;
  recordsDestroy(records: number): void;
  recordsBytes(records: number): number;
  recordsEncode(records: number, template: number, rows: number, picked: number, limit: number, columns: number, names: number, nameCount: number, bounds: number): number;
  crc32c(at: number, bytes: number): number;
  partitionOf(key: number, keyBytes: number, partitions: number): number;
  batchReaderCreate(): number;
  batchReaderDestroy(reader: number): void;
  batchReaderRun(reader: number, at: number, bytes: number, aborted: number, transactions: number, from: number): number;
  batchReaderResume(reader: number, section: number, bytes: number): number;
  batchWriterCreate(partitions: number, maxBytes: number): number;
  batchWriterDestroy(writer: number): void;
  batchWriterClear(writer: number): void;
  batchWriterClose(writer: number): void;
  batchWriterAdd(writer: number, partition: number, key: number, keyBytes: number, value: number, valueBytes: number, headers: number, headerBytes: number): void;
  batchWriterAddNamed(
    writer: number,
    values: number,
    bounds: number,
    count: number,
    trailing: number,
    sensors: number,
    rows: number,
    limit: number,
    names: number,
    nameCount: number,
  ): number;
  batchSeal(batch: number, bytes: number, count: number, attributes: number, timeMs: number, producer: bigint, epoch: number, sequence: number): void;
}

/** What the kernel's allocator gives in one piece, less its own header. */
export const LARGEST_BLOCK = 2 ** 30 - 64;

/** One instance of the WASM kernel with its own memory. Views go stale when the memory grows: ask anew after each call. */
export class Kernel {
  readonly calls: KernelExports;

  constructor(calls: KernelExports) {
    this.calls = calls;
  }

  /** `bytes` of kernel memory, until {@link release}. Throws `MGV_KERNEL` above 1 GiB at once, or 4 GiB in all. */
  allocate(bytes: number): number {
    if (bytes > LARGEST_BLOCK) throw new MangroveError("MGV_KERNEL", `The kernel holds at most 1 GiB in one piece; ${bytes} bytes were asked for. Use fewer rows or features.`);
    return this.run("allocate memory", () => this.calls.allocate(bytes) >>> 0);
  }

  release(pointer: number): void {
    this.calls.release(pointer);
  }

  u8(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.calls.memory.buffer, pointer, length);
  }

  u32(pointer: number, length: number): Uint32Array {
    return new Uint32Array(this.calls.memory.buffer, pointer, length);
  }

  f32(pointer: number, length: number): Float32Array {
    return new Float32Array(this.calls.memory.buffer, pointer, length);
  }

  f64(pointer: number, length: number): Float64Array {
    return new Float64Array(this.calls.memory.buffer, pointer, length);
  }

  bytes(pointer: number, length: number): DataView {
    return new DataView(this.calls.memory.buffer, pointer, length);
  }

  /** Runs kernel code; a trap becomes `MGV_KERNEL`. */
  run<Result>(what: string, call: () => Result): Result {
    try {
      return call();
    } catch (cause) {
      if (!(cause instanceof WebAssembly.RuntimeError) && !(cause instanceof RangeError)) throw cause;
      throw new MangroveError("MGV_KERNEL", `The kernel could not ${what}: ${cause.message}. Is the input too large?`, { cause });
    }
  }
}

/** Memory in the kernel that grows to what is asked of it and never shrinks: one buffer, used again for every batch. */
export class Scratch implements Disposable {
  readonly #kernel: Kernel;
  #pointer = 0;
  #bytes = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** A pointer to at least `bytes`; what an earlier call returned may be gone. */
  atLeast(bytes: number): number {
    if (bytes > this.#bytes) {
      const room = Math.max(bytes, this.#bytes * 2);
      this[Symbol.dispose]();
      this.#pointer = this.#kernel.allocate(room);
      this.#bytes = room;
    }
    return this.#pointer;
  }

  [Symbol.dispose](): void {
    if (this.#pointer !== 0) this.#kernel.release(this.#pointer);
    this.#pointer = 0;
    this.#bytes = 0;
  }
}
