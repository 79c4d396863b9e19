import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureNames } from "../../engine/features/features.ts";
import { referenceFeatures } from "../../engine/features/reference.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { featureFields } from "../../kernel-as/schema.ts";
import smoke from "../../pipelines/smoke.ts";
import { fieldReferences } from "../../trainer/field-references.ts";
import { card, message, smallForest, trainingBatch } from "../api/service.ts";
import { start, type RunningProgram } from "../fixtures/run.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { curlExamples, unlike, unlikePart } from "./curl-examples.ts";

const { run, skipped } = curlExamples();

/** Of curl, when it has waited for as long as it was asked to. */
const TIMED_OUT = 28;

const isNode = !("Bun" in globalThis) && !("Deno" in globalThis);

test("the documents have examples, and those that cannot be run say why", () => {
  expect(run.length).toBeGreaterThanOrEqual(8);
  expect(skipped).toEqual([]);
});

test("an answer of another shape, or with another value where it is fixed, is told", () => {
  const said = { status: "compared", readings: 3, list: [1, "…"], more: { a: null } };
  expect(unlike(said, { status: "compared", readings: 4, list: [7, 8, 9], more: { a: null } })).toEqual([]);
  expect(unlike(said, { status: "other", readings: "3", list: 1, more: { b: 1 } })).toHaveLength(5);
  expect(unlike([1, 2], [1])).toHaveLength(1);
});

// the server is the same program on each runtime, and beginning it takes time
describe.skipIf(!isNode)("the documents' curl against mangrove up", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let server: RunningProgram;
  let url: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const batch = trainingBatch();
    const features = referenceFeatures(smoke, batch);
    const width = featureNames(smoke).length;
    const repeated = Float32Array.from({ length: features.length * 4 }, (_, i) => features[i % features.length]!);
    const reference = fieldReferences({ features: repeated, featureNames: featureNames(smoke), fieldFeatures: featureFields(smoke.schema).length, rows: repeated.length / width });
    await writeFile(folder.file("smoke_detection_model.json"), xgboostJson.write(withCard(await smallForest(await loadKernel()), { ...card, reference })));
    const readings = Array.from({ length: 150 }, (_, i) => JSON.stringify(message({ UTC: 1_795_415_400 + i, sensor_id: "kitchen", "eCO2[ppm]": 400 + i })));
    await writeFile(folder.file("readings.jsonl"), `${readings.join("\n")}\n`);
    server = start("node", ["mangrove.ts", "up", "--port", "0", "--source", "simulate", "--speed", "2", "--state", "state", "--model-path", "smoke_detection_model.json", "--commit-interval", "50", "--snapshot-interval", "100"], { cwd: folder.path, env: { ML_TRAINING_INTERVAL_HOURS: "0" } });
    [, url] = (await server.seen(/api {5}http:\/\/(\S+)/)) as unknown as [string, string];
    await server.seen(/^engine /m);
    const posted = await fetch(`http://${url}/readings`, { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body: readings.join("\n") });
    expect(posted.status).toBe(202);
    const seen = async (hours: number) => ((await (await fetch(`http://${url}/drift?hours=${hours}`)).json()) as { readings?: number }).readings;
    for (let hours = 25; (await seen(hours)) !== readings.length; hours++) await delay(500); // an answer of before is given again to the same question
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  test.each(run.map((example) => [`${example.place} ${example.command.split("\n")[0]!.slice(0, 80)}`, example] as const))("%s", async (_, { command, answer, isPart }) => {
    const { code, stdout, stderr } = await shell(`${command.replaceAll("localhost:5000", url)} -w '\n%{http_code}'`, folder.path);
    expect([0, ...(command.includes("--max-time") ? [TIMED_OUT] : [])], stderr).toContain(code);
    const end = stdout.lastIndexOf("\n");
    const [body, status] = [stdout.slice(0, end), Number(stdout.slice(end + 1))];
    if (answer === undefined) expect(status, body).toBeLessThan(300);
    else expect((isPart ? unlikePart : unlike)(answer, JSON.parse(body)), body).toEqual([]);
    if (command.includes("/events")) expect(body).toMatch(/^event: hello$[^]*"engine":true/m);
  });
});

function shell(command: string, cwd: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile("bash", ["-c", command], { cwd, env: { ...process.env } }, (error, stdout, stderr) => resolve({ code: (error?.code as number | undefined) ?? 0, stdout, stderr }));
  });
}
