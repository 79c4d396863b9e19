import { expect, test } from "vitest";
import { litFireSchema, simulationSchema } from "../../api/contract.ts";
import { KeyRing } from "../../api/access/key-ring.ts";
import { simulatorSource } from "../../engine/source/simulator.ts";
import { bodyOf, startService, type Service } from "./service.ts";

/** On the machine itself, as a browser that shows the page. */
const local = { remoteAddress: "127.0.0.1" };
const put = (service: Service, method: string, path: string, body: unknown) =>
  service.app.request(path, { method, headers: { Host: "localhost:5000", "Content-Type": "application/json" }, body: typeof body === "string" ? body : JSON.stringify(body) }, local);

async function served(options: Parameters<typeof simulatorSource>[0] = {}) {
  const source = simulatorSource({ sensors: 3, speed: 1, firesPerSensorDay: 0, ...options });
  const stop = new AbortController();
  const reading = source.read(stop.signal)[Symbol.asyncIterator]();
  await reading.next();
  const service = await startService({ app: { simulation: () => source } });
  return {
    source,
    service,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading.return?.();
      await service[Symbol.asyncDispose]();
    },
  };
}

test("the simulation is told of, a fire is lit in a room, and a second one there is refused while it burns", async () => {
  await using at = await served();
  const body = await bodyOf(at.service.app.request("/simulation"));
  expect(simulationSchema.parse(body)).toEqual(body);
  expect(body).toMatchObject({ sensors: 3, speed: 1, most_speed: 1000, has_rooms: true, fires: [], time: "2022-06-09T00:00:00.000Z" });
  const lit = await put(at.service, "POST", "/simulation/fires", { sensor_id: "sensor-02" });
  const answer = await bodyOf(lit);
  expect([lit.status, litFireSchema.parse(answer)]).toEqual([200, { fire: { sensor_id: "sensor-02", began: "2022-06-09T00:00:01.000Z", burning: true } }]);
  expect((await put(at.service, "POST", "/simulation/fires", { sensor_id: "sensor-02" })).status).toBe(409);
  expect((await put(at.service, "POST", "/simulation/fires", { sensor_id: "sensor-04" })).status).toBe(404);
  expect(await bodyOf(at.service.app.request("/simulation"))).toMatchObject({ fires: [{ sensor_id: "sensor-02", burning: true }] });
});

test("its speed is changed, also to none, within bounds", async () => {
  await using at = await served();
  const hurried = await put(at.service, "PUT", "/simulation/speed", { speed: 20 });
  expect([hurried.status, await hurried.json()]).toMatchObject([200, { speed: 20 }]);
  expect(await (await put(at.service, "PUT", "/simulation/speed", { speed: 0 })).json()).toMatchObject({ speed: 0 });
  const far = await put(at.service, "PUT", "/simulation/speed", { speed: 5000 });
  expect([far.status, await far.json()]).toMatchObject([422, { code: "MGV_USAGE", detail: expect.stringContaining("1000") }]);
  await using endless = await served({ speed: "max" });
  expect((await put(endless.service, "PUT", "/simulation/speed", { speed: 2 })).status).toBe(409);
});

test.each([["POST", "/simulation/fires"], ["PUT", "/simulation/speed"]])("%s %s refuses what it cannot read, strangers, and a process that simulates nothing", async (method, path) => {
  await using at = await served();
  expect((await put(at.service, method, path, "{")).status).toBe(400);
  expect((await put(at.service, method, path, { speed: "fast", sensor_id: 3 })).status).toBe(422);
  const sound = { speed: 2, sensor_id: "sensor-01" };
  const elsewhere = await at.service.app.request(path, { method, headers: { Host: "localhost:5000", "Content-Type": "application/json" }, body: JSON.stringify(sound) }, { remoteAddress: "10.0.0.7" });
  expect(elsewhere.status).toBe(403);
  await using bare = await startService();
  expect((await put(bare, method, path, sound)).status).toBe(404);
  expect((await bare.app.request("/simulation")).status).toBe(404);
});

test("where keys are asked for, looking asks for one too", async () => {
  const keys = new KeyRing();
  keys.replace([{ name: "a", role: "admin", sha256: "00".repeat(32), createdAt: "2026-01-01T00:00:00.000Z" } as never]);
  await using service = await startService({ app: { keys } });
  expect((await service.app.request("/simulation")).status).toBe(401);
  expect((await service.app.request("/live")).status).toBe(401);
  expect((await service.app.request("/", { headers: { Accept: "text/html" } })).status).toBe(200);
});
