import { execFile } from "node:child_process";
import { existsSync } from "node:fs";

export type Availability =
  | { readonly kind: "given"; readonly servers: string }
  | { readonly kind: "startable" }
  | { readonly kind: "absent"; readonly reason: string };

const advice = "Install Java 17 and Maven, or set KAFKA_BROKERS.";
const jarsFetched = new URL("./target/libs/.done", import.meta.url);

/** Whether tests can have a Kafka broker: the one at `KAFKA_BROKERS`, or one that this machine is able to start. */
export async function kafkaAvailability(): Promise<Availability> {
  const servers = process.env["KAFKA_BROKERS"];
  if (servers) return { kind: "given", servers };
  const reason = await whyNotStartable();
  return reason === null ? { kind: "startable" } : { kind: "absent", reason };
}

/** What this machine lacks to start a broker; null: nothing. */
export async function whyNotStartable(): Promise<string | null> {
  const version = /version "(\d+)/.exec(await output("java", ["-version"]))?.[1];
  if (version === undefined) return `no Java found. ${advice}`;
  if (Number(version) < 17) return `Java ${version} is too old for Kafka. ${advice}`;
  if (!existsSync(jarsFetched) && !/Maven/.test(await output("mvn", ["--version"])))
    return `no Maven found to fetch Kafka with. ${advice}`;
  return null;
}

/** What a program prints, on stdout and stderr; nothing where there is no such program. */
function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`));
  });
}
