/** `bytes` of linear memory aligned to 16, its content undefined. Traps when 4 GiB are used up. */
export function allocate(bytes: usize): usize {
  return heap.alloc(bytes);
}

export function release(pointer: usize): void {
  heap.free(pointer);
}
