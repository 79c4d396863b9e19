import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { KeyRing } from "../../api/access/key-ring.ts";
import { newKey } from "../../api/access/key.ts";
import { createApp } from "../../api/app.ts";
import { serveApp } from "../../api/server.ts";
import { openRegistry } from "../../commands/model/model-registry.ts";
import { modelShelf } from "../../commands/model/model-shelf.ts";
import { AlertDesk } from "../../engine/notify/alert-desk.ts";
import { forgetfulDeskLog } from "../../engine/notify/desk-entry.ts";
import { LiveFeed } from "../../engine/live/live-feed.ts";
import { simulatorSource } from "../../engine/source/simulator.ts";
import smoke from "../../pipelines/smoke.ts";
import { message, startService, START_MS } from "../api/service.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { toldAlert } from "../fixtures/told-alerts.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const program = here("./.venv/bin/schemathesis");

/** Requests an operation. */
const EXAMPLES = 20;

const reason = reasonToSkip();
if (reason !== null) console.log(`schemathesis SKIPPED: ${reason}`);

/** Throws in CI, where it must be there. */
function reasonToSkip(): string | null {
  if (existsSync(program) && spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0) return null;
  const missing = "no schemathesis: python3 -m venv test/schemathesis/.venv && test/schemathesis/.venv/bin/pip install -r test/schemathesis/requirements.txt";
  if (process.env["CI"] === "true") throw new Error(missing);
  return missing;
}

test.skipIf(reason !== null)("what the OpenAPI document says of every operation is true, whatever is sent to it", async () => {
  await using service = await startService();
  await using folder = await temporaryFolder();
  const { kernel, models, metrics } = service;
  const { key, secret } = newKey({ name: "schemathesis", role: "admin" }, { nowMs: START_MS, randomBytes });
  const keys = new KeyRing();
  keys.replace([key]);
  const failed: unknown[] = [];
  const alerts = new AlertDesk({ log: forgetfulDeskLog, now: () => START_MS });
  alerts.add(toldAlert("0_1"));
  const source = simulatorSource({ sensors: 3 });
  const ended = new AbortController();
  const reading = source.read(ended.signal)[Symbol.asyncIterator]();
  await reading.next();
  // a wrong key every six seconds is no guessing, which would be answered by 429
  let nowMs = Date.now();
  const now = () => (nowMs += 6_000);
  const app = createApp({
    pipeline: smoke, kernel, models, metrics, keys, now, limitMs: Infinity, startedAtMs: START_MS, version: "9.8.7",
    append: () => Promise.resolve(), keepLabels: () => Promise.resolve(), train: () => true, alerts,
    jobs: { list: () => Promise.resolve([]), has: (name) => name === "quality", begin: () => true, page: () => Promise.resolve("<!doctype html><title>Data quality</title>") },
    feed: new LiveFeed({ event: smoke.event, perSecond: 5, now }), modelReloadIntervalMs: 1000, historyDirectory: folder.path,
    simulation: () => source, readingAt: () => Promise.resolve(new TextEncoder().encode(JSON.stringify(message()))),
    shelf: modelShelf(() => openRegistry({ models, pipeline: smoke })),
    onError: (error) => failed.push(error),
  });
  const server = await serveApp(app, { host: "127.0.0.1", port: 0 });
  try {
    const seed = process.env["SCHEMATHESIS_SEED"] ?? "1";
    console.log(`schemathesis: seed ${seed} (SCHEMATHESIS_SEED)`);
    const words = ["--config-file", here("./schemathesis.toml"), "run", `${server.url}/openapi.json`, "--header", `Authorization: Bearer ${secret}`, "--checks", "all", "--max-examples", String(EXAMPLES), "--seed", seed, "--no-color", "--exclude-path", "/events"];
    const { code, text } = await run(words, folder.path);
    expect(failed).toEqual([]);
    expect(code, text).toBe(0);
    const [, selected, total] = /Operations: +(\d+) selected \/ (\d+) total/.exec(text) ?? [];
    expect(Number(selected)).toBe(Number(total) - 1); // all but /events, which has no end
  } finally {
    ended.abort();
    await reading.return?.();
    await server.close();
  }
}, 1_200_000);

/** Its lines are cut: a request may have ten thousand readings. */
function run(words: readonly string[], cwd: string): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, text: Buffer.concat(chunks).toString().split("\n").map((line) => line.slice(0, 500)).join("\n") }));
  });
}
