import { spawn, type ChildProcess } from "node:child_process";
import type { Notice } from "./notice.ts";
import type { Attempt, Target } from "./target.ts";

/** A program that takes longer is ended. */
const TIMEOUT_MS = 30_000;

const ANSWER_LENGTH = 200;

/** Starts a program for each notice, which it reads as a line of JSON from its standard input; no shell is asked. Exit code 0 is taken for delivered. Its environment has `IDEMPOTENCY_KEY` beside what it is given. */
export function program(words: readonly [string, ...string[]], environment: Readonly<Record<string, string | undefined>>): Target {
  const [file, ...args] = words;
  const isHopeless = words.some((word) => word.includes("\0")); // no system takes it
  const notStarted = (thrown: unknown): Attempt => {
    const reason = `it does not start: ${(thrown as Error).message}`;
    return isHopeless ? { kind: "never", reason } : { kind: "later", reason, afterMs: null };
  };
  const run = ({ key, body }: Notice, signal: AbortSignal) =>
    new Promise<Attempt>((resolve) => {
      const stop = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      if (stop.aborted) return resolve({ kind: "later", reason: "it was stopped", afterMs: null });
      // without a file to be had its streams are not there
      const child: ChildProcess = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...environment, IDEMPOTENCY_KEY: key } });
      const kill = () => child.kill("SIGKILL");
      stop.addEventListener("abort", kill, { once: true });
      const end = (attempt: Attempt) => {
        stop.removeEventListener("abort", kill);
        resolve(attempt);
      };
      child.once("error", (thrown) => end(notStarted(thrown)));
      let said = "";
      const hear = (bytes: Buffer) => void (said = (said + bytes.toString()).slice(0, ANSWER_LENGTH));
      child.stdout?.on("data", hear);
      child.stderr?.on("data", hear);
      child.once("exit", (code, by) => {
        const how = `it ended ${by ? `by ${by}` : `with ${code}`}${said.trim() === "" ? "" : `: ${said.trim()}`}`;
        end(code === 0 ? { kind: "delivered", answer: how } : { kind: "later", reason: how, afterMs: null });
      });
      child.stdin?.on("error", () => {}); // it need not read
      child.stdin?.end(`${body}\n`);
    });
  return { description: `program ${file}`, send: (notice, signal) => run(notice, signal).catch(notStarted) };
}
