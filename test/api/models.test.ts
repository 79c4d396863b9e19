import { request as httpRequest } from "node:http";
import { expect, test } from "vitest";
import { changedModelSchema, keptModelsSchema, type ChangedModel, type Prediction } from "../../api/contract.ts";
import { serveApp } from "../../api/server.ts";
import { createApp } from "../../api/app.ts";
import { openRegistry } from "../../commands/model/model-registry.ts";
import { modelShelf } from "../../commands/model/model-shelf.ts";
import { topic } from "../../engine/pipeline/endpoint.ts";
import { pipeline } from "../../engine/pipeline/pipeline.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import smoke from "../../pipelines/smoke.ts";
import { versionOf } from "../../engine/model/version.ts";
import type { Registry } from "../../trainer/registry/registry.ts";
import { stumpModel } from "../fixtures/model.ts";
import { smallSchema } from "../fixtures/readings.ts";
import { bodyOf, card, message, startService, START_MS, type Service } from "./service.ts";

const bytesOf = (threshold: number, service: Service) => xgboostJson.write(withCard(service.forest, { ...card, threshold }));

/** A service whose champion is `threshold` 0.4, with a registry; 0.01 is the challenger. */
async function withRegistry(): Promise<{ service: Service; registry: Registry; post: (path: string, options?: { headers?: Record<string, string>; address?: string; body?: unknown }) => Promise<Response> } & AsyncDisposable> {
  const service = await startService();
  const registry = await openRegistry({ models: service.models, pipeline: smoke });
  await registry.keep(bytesOf(0.01, service), { by: "ada", verdict: "challenger", reasons: ["it finds more"] });
  const { kernel, models, metrics } = service;
  const app = createApp({ pipeline: smoke, kernel, models, metrics, now: () => START_MS, startedAtMs: START_MS, version: "9.8.7", shelf: modelShelf(() => openRegistry({ models, pipeline: smoke })) });
  const post = async (path: string, { headers = {}, address = "127.0.0.1", body }: { headers?: Record<string, string>; address?: string; body?: unknown } = {}) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const init = { method: "POST", headers: { Host: "localhost:5000", ...(text !== undefined && { "Content-Type": "application/json", "Content-Length": String(text.length) }), ...headers }, ...(text !== undefined && { body: text }) };
    return app.request(path, init, { remoteAddress: address, remotePort: 1, remoteFamily: "IPv4" });
  };
  return { service: { ...service, app }, registry, post, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

test("models are listed with alias, origin and figures, and without the places of their files", async () => {
  await using at = await withRegistry();
  const response = await at.service.app.request("/models");
  const text = await response.text();
  const body = keptModelsSchema.parse(JSON.parse(text));
  expect(body).toEqual(JSON.parse(text));
  expect(body.models).toMatchObject([
    { version: versionOf(bytesOf(0.01, at.service)), alias: "challenger", kept: { by: "ada", reason: "it finds more", verdict: "challenger" }, promoted: null, threshold: 0.01, trained_on: "simulated", usable: true },
    { version: at.service.models.current!.version, alias: "champion", kept: { by: "unknown", verdict: null }, format: "xgboost-json" },
  ]);
  expect(text).not.toContain(at.service.models.path.slice(0, at.service.models.path.lastIndexOf("/")));
});

test("a promotion is in use with its answer, and a rollback brings the old one back; the log has who and why", async () => {
  await using at = await withRegistry();
  const before = await bodyOf<Prediction>(at.service.post(message()));
  const version = versionOf(bytesOf(0.01, at.service));
  const promoted = await at.post(`/models/${version}/promote`, { body: { by: "bob", reason: "a fire was missed" } });
  const body = await bodyOf<ChangedModel>(promoted);
  expect(promoted.status, JSON.stringify(body)).toBe(200);
  expect(changedModelSchema.parse(body)).toEqual(body);
  expect(body).toMatchObject({ champion: { version, alias: "champion", promoted: { by: "bob", reason: "a fire was missed", from: before.model_version } }, in_use: version });
  expect(await bodyOf<Prediction>(at.service.post(message()))).toMatchObject({ model_version: version, threshold: 0.01 });
  const back = await at.post("/models/rollback");
  expect(await back.json()).toMatchObject({ champion: { version: before.model_version }, in_use: before.model_version });
  expect(await bodyOf<Prediction>(at.service.post(message()))).toEqual(before);
  expect((await at.registry.log()).slice(-1)).toMatchObject([{ action: "rollback", by: "HTTP", reason: "POST /models/rollback" }]);
  const none = await at.post("/models/rollback");
  expect([none.status, await none.json()]).toMatchObject([422, { code: "MGV_MODEL_MISSING" }]);
});

test("what is not kept is a 404, what does not fit a 422 with both lists, and neither changes anything", async () => {
  await using at = await withRegistry();
  const other = new TextEncoder().encode(stumpModel(pipeline("small").from(topic("readings"), smallSchema), "b", 1).text);
  await at.registry.keep(other, { by: "ada", verdict: "challenger", reasons: [] });
  const log = await at.registry.log();
  for (const name of ["0123456789ab", "champion", "..%2f..%2fm"]) expect((await at.post(`/models/${name}/promote`)).status).toBe(404);
  const unfit = await at.post(`/models/${versionOf(other)}/promote`);
  expect([unfit.status, await unfit.json()]).toMatchObject([422, { code: "MGV_MODEL_FEATURES", detail: expect.stringMatching(/The model reads a\[C\], b\. The pipeline computes Temperature/) }]);
  for (const body of [{ by: 7 }, "text", []]) expect((await at.post(`/models/${versionOf(other)}/promote`, { body })).status).toBe(400);
  expect(await at.registry.log()).toEqual(log);
});

test.each([
  ["from another machine", { address: "192.168.1.7" }],
  ["from an unknown place", { address: "" }],
  ["by a proxy", { headers: { "X-Forwarded-For": "10.0.0.1" } }],
  ["by a page of another origin", { headers: { Origin: "https://example.org" } }],
  ["by a name that a page has pointed here", { headers: { Host: "evil.example:5000" } }],
])("writes %s are refused with 403 and change nothing", async (_, options) => {
  await using at = await withRegistry();
  const version = versionOf(bytesOf(0.01, at.service));
  const log = await at.registry.log();
  for (const path of [`/models/${version}/promote`, "/models/rollback"]) {
    const response = await at.post(path, options);
    expect([response.status, await response.json()]).toMatchObject([403, { code: "MGV_FORBIDDEN" }]);
  }
  expect(await at.registry.log()).toEqual(log);
});

test("a proxy of this machine that names itself by any header is told from a program", async () => {
  await using service = await startService();
  const roll = async (headers: Record<string, string>) => (await service.app.request("/models/rollback", { method: "POST", headers: { Host: "127.0.0.1:5000", "X-Request-Id": "1", ...headers } }, { remoteAddress: "127.0.0.1" })).status;
  expect(await roll({})).toBe(503);
  for (const name of ["Via", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "X-Original-URL", "X-Envoy-External-Address", "CF-Connecting-IP"]) expect([name, await roll({ [name]: "x" })]).toEqual([name, 403]);
});

test("without models to choose from both reading and writing say so", async () => {
  await using service = await startService();
  expect((await service.app.request("/models")).status).toBe(503);
  expect((await service.app.request("/models/rollback", { method: "POST", headers: { Host: "localhost:5000" } }, { remoteAddress: "127.0.0.1" })).status).toBe(503);
});

test("a real server knows that a request comes from this machine", async () => {
  await using at = await withRegistry();
  const server = await serveApp(at.service.app, { host: "127.0.0.1", port: 0 });
  const version = versionOf(bytesOf(0.01, at.service));
  try {
    const status = await new Promise<number>((resolve, reject) => {
      const request = httpRequest(`${server.url}/models/${version}/promote`, { method: "POST", agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      request.once("error", reject).end();
    });
    expect(status).toBe(200);
    expect(at.service.models.current!.version).toBe(version);
  } finally {
    await server.close();
  }
});
