import type { Arena } from "./arena.ts";
import type { Names } from "./encoder.ts";
import { Scratch, type Kernel } from "./kernel.ts";

/** Three bytes of UTF-8 for each of the 255 UTF-16 units that a name may have. */
const LONGEST_NAME = 765;

/** Names that are held as strings at once. */
const CACHED_NAMES = 65_536;

const text = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** The sensors of a task by number, in its arena: `assembly/state/sensors.ts`. Strings are made for those that are asked for, and held while they may be asked for again. */
export class Sensors implements Disposable {
  /** What kernel calls take beside the arena. */
  readonly place: number;
  readonly #kernel: Kernel;
  readonly #arena: Arena;
  readonly #scratch: Scratch;
  readonly #table: Scratch;
  readonly #names = new Map<number, string>();
  #releases = 0;

  /** Opens the dictionary under a root of the arena, or begins it. */
  constructor(kernel: Kernel, arena: Arena, root: number) {
    this.#kernel = kernel;
    this.#arena = arena;
    this.#scratch = new Scratch(kernel);
    this.#table = new Scratch(kernel);
    this.place = kernel.run("number sensors", () => kernel.calls.sensorsOpen(arena.pointer, root) >>> 0);
  }

  /** How many sensors have a number. */
  get count(): number {
    return this.#kernel.calls.sensorsLive(this.#arena.pointer, this.place) >>> 0;
  }

  /** Begins a batch: numbers that were forgotten may be given again from now on. */
  begin(): void {
    const { calls } = this.#kernel;
    calls.sensorsBegin(this.#arena.pointer, this.place);
    const releases = calls.sensorsReleases(this.#arena.pointer, this.place) >>> 0;
    if (releases !== this.#releases) this.#names.clear();
    this.#releases = releases;
  }

  /** The number of a name of 1 to 255 UTF-16 units; what of it is not well-formed becomes U+FFFD. */
  numberOf(name: string): number {
    const at = this.#scratch.atLeast(LONGEST_NAME);
    const { written } = encoder.encodeInto(name, this.#kernel.u8(at, LONGEST_NAME));
    return this.#kernel.run("number a sensor", () => this.#kernel.calls.sensorsNumberOf(this.#arena.pointer, this.place, at, written) >>> 0);
  }

  /** The number of a name; null where nobody has it. */
  find(name: string): number | null {
    const at = this.#scratch.atLeast(LONGEST_NAME);
    const { read, written } = encoder.encodeInto(name, this.#kernel.u8(at, LONGEST_NAME));
    if (read < name.length) return null;
    const found = this.#kernel.run("find a sensor", () => this.#kernel.calls.sensorsFind(this.#arena.pointer, this.place, at, written) >>> 0);
    return found === 0 ? null : found - 1;
  }

  /** The name of a number. Throws `MGV_KERNEL` for a number that nobody has. */
  nameOf(number: number): string {
    const cached = this.#names.get(number);
    if (cached !== undefined) return cached;
    const { calls } = this.#kernel;
    const name = this.#kernel.run("find a sensor's name", () => {
      const bytes = calls.sensorsNameBytes(this.#arena.pointer, this.place, number);
      return text.decode(this.#kernel.u8(calls.sensorsNameAt(this.#arena.pointer, this.place, number) >>> 0, bytes));
    });
    if (this.#names.size === CACHED_NAMES) this.#names.clear();
    this.#names.set(number, name);
    return name;
  }

  /** The names of the numbers of one batch, for those who write them in the kernel. Good until the next call. */
  tableOf(numbers: Uint32Array): Names {
    const count = numbers.reduce((most, number) => Math.max(most, number + 1), 0);
    const isInside = numbers.buffer === this.#kernel.calls.memory.buffer;
    const [offset, rows] = [numbers.byteOffset, numbers.length];
    const pointer = this.#table.atLeast(count * 8 + rows * 4); // numbers may be stale from here on
    const at = isInside ? offset : pointer + count * 8;
    if (!isInside) this.#kernel.u32(at, rows).set(numbers);
    this.#kernel.run("find sensors' names", () => this.#kernel.calls.sensorsFillNames(this.#arena.pointer, this.place, at, rows, pointer));
    return { pointer, count };
  }

  /** Lets go of a sensor: its number may be another's once the next batch has begun. */
  forget(number: number): void {
    this.#kernel.run("forget a sensor", () => this.#kernel.calls.sensorsForget(this.#arena.pointer, this.place, number));
  }

  /** Takes {@link forget} back, for a sensor that is heard again in the same batch. */
  keep(number: number): void {
    this.#kernel.run("keep a sensor", () => this.#kernel.calls.sensorsKeep(this.#arena.pointer, this.place, number));
  }

  [Symbol.dispose](): void {
    this.#table[Symbol.dispose]();
    this.#scratch[Symbol.dispose]();
  }
}
