import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MangroveError } from "../../kernel-as/errors.ts";

/** Where compose.yml publishes Kafka for programs on this machine. */
const SERVERS = "localhost:9092";

const composeFile = fileURLToPath(new URL("../../compose.yml", import.meta.url));

interface Options {
  readonly signal: AbortSignal;
  readonly file?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the broker of compose.yml where it does not run yet, and waits until it is healthy. Resolves to its address. Throws `MGV_BROKER` where Docker is absent or fails. */
export async function startContainerBroker({ signal, file = composeFile, env = process.env }: Options): Promise<string> {
  const otherwise = "Start a broker in another way and set KAFKA_BOOTSTRAP_SERVERS instead of --kafka.";
  if (!existsSync(file)) throw new MangroveError("MGV_BROKER", `--kafka starts the broker of ${file}, which is not there: it belongs to a checkout. ${otherwise}`);
  const { code, said } = await new Promise<{ code: number | null; said: string }>((resolve, reject) => {
    const docker = spawn("docker", ["compose", "-f", file, "up", "-d", "--wait", "kafka"], { env, signal, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    docker.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    docker.once("error", (cause) => {
      const isAbsent = (cause as NodeJS.ErrnoException).code === "ENOENT";
      reject(isAbsent ? new MangroveError("MGV_BROKER", `--kafka starts a broker by docker compose, and there is no docker on this machine. ${otherwise}`, { cause }) : cause);
    });
    docker.once("close", (code) => resolve({ code, said }));
  });
  if (code !== 0) throw new MangroveError("MGV_BROKER", `docker compose did not start Kafka: ${said.trim().split("\n").at(-1) || `it ended with ${code}`}. ${otherwise}`);
  return SERVERS;
}
