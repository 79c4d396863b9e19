import process from "node:process";

/** What runs this process. */
export function runtimeName(): { readonly runtime: "Node" | "Bun" | "Deno"; readonly runtimeVersion: string } {
  const { bun, deno, node } = process.versions as Record<string, string | undefined>;
  if (bun !== undefined) return { runtime: "Bun", runtimeVersion: bun };
  return deno === undefined ? { runtime: "Node", runtimeVersion: node! } : { runtime: "Deno", runtimeVersion: deno };
}
