/** What the host uses of the WebAssembly JavaScript interface; TypeScript keeps its types in the DOM library. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class RuntimeError extends Error {}
  class CompileError extends Error {}
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  function instantiate(bytes: Uint8Array<ArrayBuffer>, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Promise<{ readonly instance: Instance }>;
}
