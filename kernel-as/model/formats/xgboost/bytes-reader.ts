import { MangroveError } from "../../../errors.ts";

/** Reads little-endian values one after another; `MGV_MODEL_FORMAT` with the byte where the file ends too early. */
export class BytesReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  fail(what: string): never {
    throw new MangroveError("MGV_MODEL_FORMAT", `This XGBoost binary model is broken: before byte ${this.#at} of ${this.#bytes.length} ${what}.`);
  }

  /** A view of the next `count` bytes. */
  take(count: number, of: string): DataView {
    if (!(count >= 0 && count <= this.left)) this.fail(`${of} should have ${count} bytes, ${this.left} are left`);
    const view = new DataView(this.#view.buffer, this.#view.byteOffset + this.#at, count);
    this.#at += count;
    return view;
  }

  /** A count of 64 bits, of things of at least `bytes` bytes. */
  count(bytes: number, of: string): number {
    const view = this.take(8, `the number of ${of}`);
    const count = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
    return count * bytes <= this.left ? count : this.fail(`${count} ${of} are announced, ${this.left} bytes are left`);
  }

  text(of: string): string {
    const view = this.take(this.count(1, `bytes of ${of}`), of);
    return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }
}
