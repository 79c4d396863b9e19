import type { KeyRing } from "../../api/access/key-ring.ts";
import { serveApp, type RunningServer } from "../../api/server.ts";
import { LiveFeed } from "../../engine/live/live-feed.ts";
import { Metrics } from "../../engine/monitoring/metrics.ts";
import { runEngine } from "../../engine/runtime/engine.ts";
import { simulatorSource } from "../../engine/source/simulator.ts";
import { LiveWindows } from "../../engine/task/live-windows.ts";
import { withCard } from "../../kernel-as/model/card.ts";
import { xgboostJson } from "../../kernel-as/model/formats/xgboost/json.ts";
import smoke from "../../pipelines/smoke.ts";
import { startService, type Service } from "../api/service.ts";
import { stumpModel } from "../fixtures/model.ts";

export interface LiveService extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly service: Service;
  readonly feed: LiveFeed;
}

/** Fine particles as no calm room has them, µg/m³: what the model of these tests takes for fire. */
const SMOKE = 60;

/** A service with an engine that scores simulated rooms in which nothing happens by itself. `port` 0: a free one. */
export async function liveService({ sensors = 12, speed = 1, port = 0, keys }: { sensors?: number; speed?: number; port?: number; keys?: KeyRing } = {}): Promise<LiveService> {
  const feed = new LiveFeed({ event: smoke.event, perSecond: 5, now: Date.now });
  const source = simulatorSource({ sensors, speed, startMs: Date.now(), firesPerSensorDay: 0, busy: 0, seed: 4 });
  const live = new LiveWindows();
  const service = await startService({ app: { feed, live, simulation: () => source, now: Date.now, ...(keys && { keys }) } });
  const { forest, card } = stumpModel(smoke, "PM2.5", SMOKE);
  forest.trees[0]!.cover.set([2, 1, 1]);
  await service.install(xgboostJson.write(withCard(forest, card)));
  const server = await serveApp(service.app, { host: "127.0.0.1", port, drainMs: 100 });
  const stop = new AbortController();
  const engine = runEngine({ kernel: service.kernel, pipeline: smoke, source, sinks: [], models: service.models, metrics: new Metrics(), live, watches: [feed.watch()], signal: stop.signal, onOutput: (_, summary) => feed.follow(summary) });
  return opened(service, server, feed, async () => {
    stop.abort();
    await engine;
  });
}

/** A service without an engine: what its feed is told is what happens. */
export async function quietService(): Promise<LiveService> {
  const feed = new LiveFeed({ event: smoke.event, perSecond: 5, now: Date.now });
  const service = await startService({ app: { feed, now: Date.now } });
  return opened(service, await serveApp(service.app, { host: "127.0.0.1", port: 0, drainMs: 100 }), feed, () => Promise.resolve());
}

function opened(service: Service, server: RunningServer, feed: LiveFeed, end: () => Promise<void>): LiveService {
  return {
    url: server.url,
    port: server.port,
    service,
    feed,
    async [Symbol.asyncDispose]() {
      feed.close();
      await server.close();
      await end();
      await service[Symbol.asyncDispose]();
    },
  };
}
