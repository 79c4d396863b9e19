import module from "node:module";
import process from "node:process";

// Node keeps what it has compiled, in the system's folder for what is temporary: the next start takes half the time
if ("enableCompileCache" in module) module.enableCompileCache();
const { runCommand } = await import("./commands/run.ts");

process.exitCode = await runCommand(process.argv.slice(2));
