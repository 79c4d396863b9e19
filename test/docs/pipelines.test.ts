import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { Pipeline } from "../../engine/pipeline/pipeline.ts";
import { topologyText } from "../../engine/pipeline/topology.ts";
import { writeStump } from "../fixtures/model.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/pipelines.md", root), "utf8");
const examples = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code!.replaceAll('"mangrove"', JSON.stringify(new URL("engine/index.ts", root).href)).replaceAll('"mangrove/testing"', JSON.stringify(new URL("engine/testing.ts", root).href)));

test("the guide's pipeline runs, and its driver writes, crashes and goes on", async () => {
  expect(examples).toHaveLength(2);
  await using folder = await temporaryFolder();
  const file = folder.file("bearings.ts");
  await writeFile(file, examples[0]!);
  const { default: pipeline } = (await import(pathToFileURL(file).href)) as { default: Pipeline };
  expect(topologyText(pipeline)).toContain("window 10m/1m, final: 3 aggregates");
  await writeStump(folder.file("bearings.json"), pipeline, "vibration", 2);
  const driven = examples[1]!.replace('"bearings.json"', JSON.stringify(folder.file("bearings.json")));
  await writeFile(folder.file("driven.ts"), `${driven}\nexport const predictions = driver.output("bearing_predictions");\n`);
  const { predictions } = (await import(pathToFileURL(folder.file("driven.ts")).href)) as { predictions: readonly unknown[] };
  expect(predictions).toMatchObject([{ prediction: 0, sensor_id: "a", prediction_label: "no_fault" }]);
});
