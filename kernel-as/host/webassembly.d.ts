/** What the host uses of the WebAssembly JavaScript interface; TypeScript keeps its types in the DOM library. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  class RuntimeError extends Error {}
}
