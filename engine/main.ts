import process from "node:process";
import { runCommand } from "../commands/run.ts";

process.exitCode = await runCommand(["engine", ...process.argv.slice(2)]);
