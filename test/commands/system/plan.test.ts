import { expect, test } from "vitest";
import { Arguments } from "../../../commands/command.ts";
import { planSystem } from "../../../commands/system/plan.ts";
import { readConfig } from "../../../engine/config.ts";

const given = (flags: Record<string, string>) => new Arguments(new Map(Object.entries(flags)), new Map([["PIPELINE", "p.ts"]]));
const wordsOf = (command: readonly string[]) => command.slice(command.findIndex((word) => ["trainer", "api", "engine", "up"].includes(word)));

test("without Kafka engine and API are one process, which keeps its state and leaves the jobs to the trainer", () => {
  const { specs, api, addresses } = planSystem(given({ port: "81", "model-path": "m.json", speed: "2", out: "o" }), readConfig({}));
  expect(specs.map(({ name, command, after }) => [name, wordsOf(command), after])).toEqual([
    ["trainer", ["trainer", "p.ts", "--model-path=m.json"], []],
    ["engine", ["up", "p.ts", "--port=81", "--speed=2", "--out=o", "--model-path=m.json", "--state", "state/engine"], ["trainer"]],
  ]);
  expect(specs[1]!.env).toEqual({ KAFKA_BOOTSTRAP_SERVERS: "", PROMETHEUS_PORT: "", ML_TRAINING_INTERVAL_HOURS: "0", MANGROVE_JOBS: "false" });
  expect([api, addresses]).toEqual(["http://127.0.0.1:81", [{ host: "127.0.0.1", port: 9400 }, { host: "127.0.0.1", port: 81 }]]);
});

test("the file of the stream is the trainer's only where nothing else has readings for the first model", () => {
  const wordsWith = (...more: [] | [{ learnsFromStream: boolean }]) => planSystem(given({ data: "stream.csv", speed: "2" }), readConfig({}), ...more).specs.map(({ command }) => wordsOf(command));
  const engine = ["up", "p.ts", "--data=stream.csv", "--speed=2", "--state", "state/engine"];
  expect(wordsWith()).toEqual([["trainer", "p.ts"], engine]);
  expect(wordsWith({ learnsFromStream: true })).toEqual([["trainer", "p.ts", "--data=stream.csv"], engine]);
});

test("with Kafka each engine has a name that lasts, and a port of its own", () => {
  const { specs, addresses } = planSystem(given({ engines: "2", "probe-port": "90", "app-id": "a", open: "true" }), readConfig({ KAFKA_BOOTSTRAP_SERVERS: "k:1", FLASK_HOST: "0.0.0.0" }));
  expect(specs.map(({ name, command, after, url }) => [name, wordsOf(command), after, url])).toEqual([
    ["trainer", ["trainer", "p.ts", "--app-id=a"], [], "http://127.0.0.1:90"],
    ["api", ["api", "p.ts", "--open"], ["trainer"], "http://127.0.0.1:5000"],
    ["engine-1", ["engine", "p.ts", "--app-id=a", "--instance-id", "engine-1"], ["trainer", "api"], "http://127.0.0.1:91"],
    ["engine-2", ["engine", "p.ts", "--app-id=a", "--instance-id", "engine-2"], ["trainer", "api"], "http://127.0.0.1:92"],
  ]);
  expect(addresses.map(({ port }) => port)).toEqual([90, 5000, 91, 92]);
  expect(specs.map(({ env }) => env["MANGROVE_APP_ID"])).toEqual(["a", "a", "a", "a"]);
  expect(specs.map(({ env }) => env["MANGROVE_TOPIC_PARTITIONS"])).toEqual(["2", "2", "2", "2"]);
});

test("--host is where the API listens; the others tell where they stand on the host of the settings", () => {
  const { specs, api, addresses } = planSystem(given({ host: "::1" }), readConfig({ KAFKA_BOOTSTRAP_SERVERS: "k:1" }));
  expect(specs.map(({ url }) => url)).toEqual(["http://127.0.0.1:9400", "http://[::1]:5000", "http://127.0.0.1:9401"]);
  expect([api, addresses.map(({ host }) => host)]).toEqual(["http://[::1]:5000", ["127.0.0.1", "::1", "127.0.0.1"]]);
});

test("a file that is replayed is not read from Kafka, whatever broker the environment names", () => {
  const { specs, isKafka } = planSystem(given({ data: "d.csv" }), readConfig({ KAFKA_BOOTSTRAP_SERVERS: "k:1" }));
  expect([isKafka, specs.map(({ name, env }) => [name, env["KAFKA_BOOTSTRAP_SERVERS"]])]).toEqual([false, [["trainer", ""], ["engine", ""]]]);
  expect(() => planSystem(given({ source: "kafka" }), readConfig({}))).toThrow(/set KAFKA_BOOTSTRAP_SERVERS/);
});

test("a port that no process could know of, and one that two would listen on, are refused", () => {
  expect(() => planSystem(given({}), readConfig({ FLASK_PORT: "0" }))).toThrow(expect.objectContaining({ code: "MGV_USAGE", message: expect.stringMatching(/needs a port that all of its processes know, .* --port/) as string }));
  expect(planSystem(given({ port: "81" }), readConfig({ FLASK_PORT: "0" })).api).toBe("http://127.0.0.1:81");
  const onKafka = readConfig({ KAFKA_BOOTSTRAP_SERVERS: "k:1" });
  const twice = expect.objectContaining({ code: "MGV_USAGE", message: "The API's port, 9402, is one of those where the others tell their metrics, 9400 to 9402: name another with --port or --probe-port." }) as Error;
  expect(() => planSystem(given({ port: "9402", engines: "2" }), onKafka)).toThrow(twice);
  expect(planSystem(given({ port: "9402" }), onKafka).addresses.map(({ port }) => port)).toEqual([9400, 9402, 9401]);
  expect(() => planSystem(given({ "probe-port": "5000" }), readConfig({}))).toThrow(/5000 to 5000/);
});

test("several engines without Kafka would share nothing", () => {
  expect(() => planSystem(given({ engines: "2" }), readConfig({}))).toThrow(/--engines share the partitions of a Kafka topic/);
});
