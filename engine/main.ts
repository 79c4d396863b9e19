import module from "node:module";
import process from "node:process";

// as in mangrove.ts
if ("enableCompileCache" in module) module.enableCompileCache();
const { runCommand } = await import("../commands/run.ts");

process.exitCode = await runCommand(["engine", ...process.argv.slice(2)]);
