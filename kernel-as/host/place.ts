import type { Kernel, Scratch } from "./kernel.ts";

const ALIGNED = 16;

const aligned = (bytes: number) => Math.ceil(bytes / ALIGNED) * ALIGNED;

/** Where arrays are in kernel memory. */
export interface Placed {
  /** A list of the pointers, u32, in kernel memory too. */
  readonly list: number;
  readonly pointers: readonly number[];
  /** Where `extraBytes` of room are, behind the copies. */
  readonly room: number;
}

/** Arrays for the kernel to read: views of its memory stay where they are, others are copied. Good until `scratch` is used again. */
export function place(kernel: Kernel, scratch: Scratch, arrays: readonly ArrayBufferView[], extraBytes = 0): Placed {
  // memory may grow below, and views of it end then
  const outside = arrays.map(({ buffer }) => buffer !== kernel.calls.memory.buffer);
  const pointers = arrays.map(({ byteOffset }) => byteOffset);
  const listBytes = aligned(arrays.length * 4);
  const list = scratch.atLeast(arrays.reduce((bytes, array, i) => bytes + (outside[i] ? aligned(array.byteLength) : 0), listBytes) + extraBytes);
  let free = list + listBytes;
  arrays.forEach(({ buffer, byteOffset, byteLength }, i) => {
    if (!outside[i]) return;
    kernel.u8(free, byteLength).set(new Uint8Array(buffer, byteOffset, byteLength));
    pointers[i] = free;
    free += aligned(byteLength);
  });
  kernel.u32(list, arrays.length).set(pointers);
  return { list, pointers, room: free };
}
