import process from "node:process";
import { runProgram } from "../commands/program.ts";

await runProgram(["engine", ...process.argv.slice(2)]);
