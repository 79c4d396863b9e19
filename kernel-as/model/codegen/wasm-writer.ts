/** Bytes of a WASM module, written one after the other (WebAssembly Core Specification 2.0, chapter 5, Binary Format). */
export class WasmWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    this.#grow(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** LEB128, unsigned. */
  u32(value: number): void {
    let rest = value >>> 0;
    while (rest > 127) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** LEB128, signed. */
  s32(value: number): void {
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.byte((rest & 127) | 128);
      rest >>= 7;
    }
    this.byte(rest & 127);
  }

  name(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u32(bytes.length);
    this.bytes(bytes);
  }

  /** What `write` writes, behind its size in bytes. */
  sized(write: () => void): void {
    const at = this.#length;
    this.bytes([0, 0, 0, 0, 0]);
    write();
    let size = this.#length - at - 5;
    // five bytes whatever the size, so that nothing has to move
    for (let i = 0; i < 5; i++) {
      this.#bytes[at + i] = (size & 127) | (i < 4 ? 128 : 0);
      size >>>= 7;
    }
  }

  section(id: number, write: () => void): void {
    this.byte(id);
    this.sized(write);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(by: number): void {
    if (this.#length + by <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + by));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
