import { writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { whyNotStartable } from "../broker/availability.ts";
import { freePorts, startBroker } from "../broker/start.ts";
import { start } from "../fixtures/run.ts";
import { temporaryFolder } from "../fixtures/temporary.ts";

const reason = await whyNotStartable();

test.skipIf(reason !== null)("a broker that names itself as this machine does not know it is told of, with what to set", async () => {
  await using folder = await temporaryFolder();
  const ports = await freePorts(2);
  await writeFile(folder.file("properties"), "advertised.listeners=PLAINTEXT://kafka.invalid:9092\n");
  await using broker = await startBroker({ ports, properties: folder.file("properties") });
  await using doctor = start("node", ["mangrove.ts", "doctor"], { cwd: folder.path, env: { KAFKA_BOOTSTRAP_SERVERS: broker.servers } });
  expect(await doctor.ended, doctor.stderr()).toBe(1);
  expect(doctor.stdout()).toMatch(/FAIL {2}node 1 +calls itself kafka\.invalid:9092, where this machine does not reach it: .*kafka\.invalid/);
  expect(doctor.stdout()).toContain("-> Set advertised.listeners of that broker to a name that clients reach");
});
