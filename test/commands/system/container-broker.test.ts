import { chmod, readFile, writeFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { startContainerBroker } from "../../../commands/system/container-broker.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const never = new AbortController().signal;

/** A folder with a compose file, and with a `docker` that does this. */
async function machine(script: string | null) {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  await writeFile(folder.file("compose.yml"), "services: {}\n");
  if (script !== null) {
    await writeFile(folder.file("docker"), `#!/bin/sh\n${script}\n`);
    await chmod(folder.file("docker"), 0o755);
  }
  return { file: folder.file("compose.yml"), told: folder.file("told"), env: { PATH: folder.path, TOLD: folder.file("told") } };
}

test("the broker of the compose file is started and waited for", async () => {
  const { file, told, env } = await machine('echo "$@" > "$TOLD"');
  expect(await startContainerBroker({ file, env, signal: never })).toBe("localhost:9092");
  expect(await readFile(told, "utf8")).toBe(`compose -f ${file} up -d --wait kafka\n`);
});

test("where Docker is absent or fails, or the compose file is not there, it is said what to do", async () => {
  const absent = await machine(null);
  await expect(startContainerBroker({ ...absent, signal: never })).rejects.toMatchObject({ code: "MGV_BROKER", message: expect.stringMatching(/there is no docker on this machine\. .*KAFKA_BOOTSTRAP_SERVERS/) as string });
  const failing = await machine("echo pulling >&2; echo 'Error: port is already allocated' >&2; exit 1");
  await expect(startContainerBroker({ ...failing, signal: never })).rejects.toMatchObject({ code: "MGV_BROKER", message: expect.stringMatching(/^docker compose did not start Kafka: Error: port is already allocated\. Start a broker/) as string });
  await expect(startContainerBroker({ ...failing, file: `${failing.file}.none`, signal: never })).rejects.toMatchObject({ code: "MGV_BROKER", message: expect.stringContaining("which is not there") as string });
});

test("who is asked to end does not wait for it", async () => {
  const { file, env } = await machine("while :; do :; done");
  const stop = new AbortController();
  const starting = startContainerBroker({ file, env, signal: stop.signal });
  stop.abort();
  await expect(starting).rejects.toMatchObject({ name: "AbortError" });
});
