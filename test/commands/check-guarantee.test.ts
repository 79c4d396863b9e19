import { expect, test } from "vitest";
import { checkGuarantee } from "../../commands/check-guarantee.ts";
import { Arguments } from "../../commands/command.ts";
import { engineCommand } from "../../commands/engine.ts";
import { upCommand } from "../../commands/up.ts";
import { readConfig } from "../../engine/config.ts";
import { run } from "../fixtures/command.ts";

const check = (flags: Record<string, string>, environment: Record<string, string> = {}) => checkGuarantee(new Arguments(new Map(Object.entries(flags))), readConfig(environment));

test.each<[Record<string, string>, RegExp]>([
  [{ guarantee: "maybe" }, /--guarantee must be exactly-once or at-least-once, not "maybe"/],
  [{ guarantee: "maybe", source: "replay" }, /not "maybe"/],
  [{ guarantee: "maybe", source: "kafka" }, /not "maybe"/],
  [{ guarantee: "maybe", state: "s" }, /not "maybe"/],
  [{ guarantee: "exactly-once" }, /needs Kafka or a directory: .*--state DIR/],
  [{ guarantee: "at-least-once", source: "simulate" }, /needs Kafka or a directory/],
  [{ guarantee: "at-least-once", state: "s" }, /With --state an engine is exactly once/],
  [{ "commit-interval": "50" }, /--commit-interval is for an engine that keeps a state: add --state DIR/],
  [{ rebuild: "true", data: "a.csv" }, /--rebuild is for an engine that keeps a state/],
  [{ "snapshot-interval": "soon", state: "s" }, /--snapshot-interval must be a number/],
  [{ state: "s", source: "kafka" }, /--state is for sources that are not Kafka/],
])("%j is refused with a sentence", (flags, sentence) => {
  expect(() => check(flags)).toThrow(expect.objectContaining({ code: "MGV_USAGE", message: expect.stringMatching(sentence) as string }));
});

test.each<[Record<string, string>, Record<string, string>]>([
  [{}, {}],
  [{ guarantee: "exactly-once", state: "s", "commit-interval": "50", rebuild: "true" }, {}],
  [{ guarantee: "exactly-once" }, { MANGROVE_STATE_DIR: "s" }],
  [{ guarantee: "exactly-once", source: "http" }, {}],
  [{ guarantee: "at-least-once" }, { KAFKA_BOOTSTRAP_SERVERS: "a:1", MANGROVE_STATE_DIR: "s" }],
])("%j with %j is taken", (flags, environment) => {
  expect(() => check(flags, environment)).not.toThrow();
});

test("readings by POST need the HTTP service, and have no end", async () => {
  expect(await run(engineCommand, "--source", "http")).toMatchObject({ code: null, stderr: expect.stringMatching(/MGV_USAGE: --source http is for mangrove up/) as string });
  expect(await run(upCommand, "--source", "http", "--until-end", "--port", "0")).toMatchObject({ code: null, stderr: expect.stringMatching(/MGV_USAGE: Readings that are posted have no end/) as string });
});
