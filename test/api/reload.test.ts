import { rm, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { modelHealthSchema, problemSchema, reloadedSchema, reloadFailedSchema, type ModelHealth, type Prediction, type Reloaded, type ReloadFailed } from "../../api/contract.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import { bodyOf, card, message, smallForest, startService, type Service } from "./service.ts";

/** As a client on the machine itself asks. */
async function reload({ app }: Service, remoteAddress = "127.0.0.1"): Promise<Response> {
  return app.fetch(new Request("http://127.0.0.1:5000/model/reload", { method: "POST", headers: { Host: "127.0.0.1:5000" } }), { remoteAddress });
}

test("a reload takes another file in, even one with an older date", async () => {
  await using service = await startService();
  const { path, current } = service.models;
  await writeFile(path, xgboostJson.write(withCard(await smallForest(service.kernel, 3), { ...card, threshold: 0.01 })));
  await utimes(path, 1, 1);
  const response = await reload(service);
  expect(response.status).toBe(200);
  const body = await bodyOf<Reloaded>(response);
  expect(body).toEqual(reloadedSchema.parse(body));
  expect(body).toMatchObject({ status: "success", changed: true, model_info: { threshold: 0.01 } });
  expect(body.model_info.version).not.toBe(current!.version);
  expect(body.message).toBe(`Version ${body.model_info.version} is in use now.`);
  expect((await bodyOf<Prediction>(service.post(message()))).model_version).toBe(body.model_info.version);

  const again = await bodyOf<Reloaded>(reload(service));
  expect(again).toMatchObject({ status: "success", changed: false, model_info: body.model_info });
});

test("a reload that fails keeps the model in use, and says both without a path", async () => {
  await using service = await startService();
  const before = await bodyOf<Prediction>(service.post(message()));
  await writeFile(service.models.path, "{ this is no model");
  const response = await reload(service);
  expect(response.status).toBe(500);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  const text = await response.clone().text();
  const body = await bodyOf<ReloadFailed>(response);
  expect(body).toEqual(reloadFailedSchema.parse(body));
  expect(body).toMatchObject({ status: "error", title: "Internal Server Error", code: "MGV_MODEL_FORMAT", model_info: { version: before.model_version } });
  expect(body.message).toContain(`Version ${before.model_version} stays in use.`);
  expect(text).not.toContain(dirname(service.models.path));
  expect(await bodyOf<Prediction>(service.post(message()))).toEqual(before);
  const health = await bodyOf<ModelHealth>(service.app.request("/model/health"));
  expect(health).toMatchObject({ status: "degraded", model_loaded: true, model_version: before.model_version });
  expect(health.reasons).toHaveLength(1);

  await rm(service.models.path);
  expect(await (await reload(service)).json()).toMatchObject({ status: "error", code: "MGV_MODEL_MISSING", model_info: { version: before.model_version } });
});

test("without any model a reload fails as well, and the model's health says that there is none", async () => {
  await using service = await startService({ model: false });
  expect(await (await reload(service)).json()).toMatchObject({ status: "error", code: "MGV_MODEL_MISSING", model_info: null });
  const health = await bodyOf<ModelHealth>(service.app.request("/model/health"));
  expect(health).toEqual(modelHealthSchema.parse(health));
  expect(health).toMatchObject({ status: "degraded", model_loaded: false, model_version: null, loaded_at: null, last_prediction_time: null });
});

test("a reload that somebody else asks for is refused, and reads nothing", async () => {
  await using service = await startService();
  await writeFile(service.models.path, "{ this is no model");
  const response = await reload(service, "192.0.2.7");
  expect(response.status).toBe(403);
  const body: unknown = await response.json();
  expect(body).toEqual(problemSchema.parse(body));
  expect(service.models.problem).toBeNull();
});
