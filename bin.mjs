#!/usr/bin/env node
// The program of the package. Bun runs its sources; Node and Deno run no TypeScript below node_modules, so they get what is compiled of them.
const major = Number(globalThis.process.versions.node.split(".")[0]);
if (!("Bun" in globalThis) && !("Deno" in globalThis) && major < 24) {
  console.error(`mangrove needs Node 24 or newer, Bun or Deno; this is Node ${globalThis.process.versions.node}. Try: npx --package node@24 node node_modules/mangrove/bin.mjs`);
  globalThis.process.exitCode = 1;
} else await import("Bun" in globalThis ? "./mangrove.ts" : "./dist/mangrove.js");
