/** A growing column of numbers. */
export class GrowingColumn {
  length = 0;
  #values = new Float64Array(1 << 12);

  get values(): Float64Array {
    return this.#values.subarray(0, this.length);
  }

  push(value: number): void {
    this.#reserve(1);
    this.#values[this.length++] = value;
  }

  append(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#values.set(values, this.length);
    this.length += values.length;
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#values.length) return;
    const grown = new Float64Array(Math.max(this.length + count, this.#values.length * 2));
    grown.set(this.values);
    this.#values = grown;
  }
}
