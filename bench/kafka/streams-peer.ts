import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../program.ts";
import type { EngineReport } from "./engine-process.ts";

const folder = join(root, "bench", "peers", "kafka-streams");
const classes = join(folder, "target", "classes");
const libraries = join(folder, "target", "libs");

/** What the peer says when it has taken in all readings. */
export interface PeerReport extends Pick<EngineReport, "active_seconds" | "active_cpu_seconds"> {
  /** For the second half of the readings, when the JVM is warm. */
  readonly second_half_seconds: number;
}

/** Kafka Streams, by Maven and a Java compiler; says why where it cannot be. */
export async function buildPeer(): Promise<string | null> {
  try {
    const run = promisify(execFile);
    if (!existsSync(libraries)) await run("mvn", ["-B", "-q", "-f", join(folder, "pom.xml"), "dependency:copy-dependencies", `-DoutputDirectory=${libraries}`, "-DincludeScope=runtime"]);
    await mkdir(classes, { recursive: true });
    await run("javac", ["-d", classes, "-cp", `${libraries}/*`, join(folder, "Peer.java")]);
    return null;
  } catch (thrown) {
    return `absent (needs Maven and a JDK 17: ${(thrown as Error).message.split("\n")[0]})`;
  }
}

/** Runs it until it has taken in all readings. */
export async function runPeer(options: { kind: string; servers: string; appId: string; readings: number; folder: string }): Promise<PeerReport> {
  const state = join(options.folder, "streams");
  const words = ["-Xmx1g", "-cp", `${classes}:${libraries}/*`, "Peer", options.kind, options.servers, options.appId, String(options.readings), join(options.folder, "plain.json"), state];
  const child = spawn("java", words, { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, OMP_NUM_THREADS: "1" } });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const report = await new Promise<PeerReport>((resolve, reject) => {
    let said = "";
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`Kafka Streams ended with code ${code} before it had read all`)));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const line = said.split("\n").find((each) => each.startsWith("{"));
      if (line !== undefined && said.includes("\n")) resolve(JSON.parse(line) as PeerReport);
    });
  });
  child.kill("SIGTERM");
  await ended;
  await rm(state, { recursive: true, force: true });
  return report;
}
