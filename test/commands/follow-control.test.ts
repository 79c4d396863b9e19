import { randomUUID } from "node:crypto";
import process from "node:process";
import { expect, inject, test, vi } from "vitest";
import { announcer } from "../../commands/announce.ts";
import { Arguments } from "../../commands/command.ts";
import { followControl } from "../../commands/follow-control.ts";
import { openRegistry } from "../../commands/model/model-registry.ts";
import type { Runtime } from "../../commands/runtime.ts";
import { readConfig } from "../../engine/config.ts";
import { ModelStore } from "../../engine/model/model-store.ts";
import { LiveWindows } from "../../engine/task/live-windows.ts";
import { LiveFeed } from "../../engine/live/live-feed.ts";
import { Metrics } from "../../engine/monitoring/metrics.ts";
import { loadKernel } from "../../kernel-as/host/kernel.ts";
import { modelBytes, small, versionNumber } from "../fixtures/registry.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const { servers, reason } = inject("kafka");
const kernel = await loadKernel();
const by = { by: "ada", reason: "better" };

/** A process of an application, with its own folder of models or one that it shares. */
function processOf(appId: string, path: string, kafkaServers: readonly string[]) {
  const config = { ...readConfig({}), kafkaServers, modelPath: path };
  const models = new ModelStore({ kernel, pipeline: small, path, now: Date.now });
  const runtime: Runtime = { config, kernel, pipeline: small, pipelineFile: null, Simulation: null, models, metrics: new Metrics(), live: new LiveWindows(), feed: new LiveFeed({ event: "fire", perSecond: 1, now: Date.now }) };
  return { runtime, given: new Arguments(new Map([["app-id", appId]])) };
}

function stderr(): { text: () => string } & Disposable {
  let text = "";
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((line) => ((text += String(line)), true));
  return { text: () => text, [Symbol.dispose]: () => spy.mockRestore() };
}

test.skipIf(reason)("a promotion by one process is in use by another that shares its folder without looking at it, and one that does not share it is told so", async () => {
  await using folder = await temporaryFolder();
  const appId = `control-${randomUUID()}`;
  const brokers = servers!.split(",");
  const [one, shared, apart] = [folder.file("models/m.json"), folder.file("models/m.json"), folder.file("other/m.json")].map((path) => processOf(appId, path, brokers));
  const registry = await openRegistry(one!.runtime, announcer(one!.given, one!.runtime));
  const controller = new AbortController();
  using said = stderr();
  for (const { given, runtime } of [shared!, apart!]) followControl(given, runtime, controller.signal);
  for (const number of [1, 2]) {
    const { version } = await registry.keep(modelBytes(number), { by: "ada", verdict: "challenger", reasons: [] });
    await registry.promote(version, by);
    await expect.poll(() => shared!.runtime.models.current?.version).toBe(version);
  }
  await registry.rollback(by);
  await expect.poll(() => shared!.runtime.models.current?.version).toBe(versionNumber(1));
  await expect.poll(() => said.text()).toMatch(new RegExp(`Kafka names version ${versionNumber(1)} as the champion \\(ada, .*other/m\\.json holds no model: do the processes of ${appId} share that folder\\?`));
  controller.abort();
});

test("where Kafka cannot be told, the promotion stands and says so", async () => {
  await using folder = await temporaryFolder();
  const { given, runtime } = processOf("nobody", folder.file("m.json"), ["127.0.0.1:1"]);
  using said = stderr();
  const registry = await openRegistry(runtime, announcer(given, runtime));
  const { version } = await registry.keep(modelBytes(1), { by: "ada", verdict: "challenger", reasons: [] });
  expect((await registry.promote(version, by)).alias).toBe("champion");
  expect(said.text()).toMatch(new RegExp(`version ${version} is the champion, but Kafka could not be told \\(MGV_BROKER: `));
  expect(announcer(given, { ...runtime, config: { ...runtime.config, kafkaServers: [] } })).toBeUndefined();
});
