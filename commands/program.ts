import module from "node:module";
import process from "node:process";

/** Runs what a command line asks for. Node keeps what it compiles on the way, in the system's folder for what is temporary: the next start takes half the time. */
export async function runProgram(words: readonly string[]): Promise<void> {
  if ("enableCompileCache" in module) module.enableCompileCache();
  // an import at the top would be compiled before that
  const { runCommand } = await import("./run.ts");
  // whoever read what is told may be gone before this process has drained
  process.stderr.on("error", () => {});
  process.exitCode = await runCommand(words);
}
