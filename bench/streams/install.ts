import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../program.ts";
import { installPackages } from "../python.ts";

const run = promisify(execFile);

export const peersFolder = join(root, "bench", "peers", "streams");
const javaFolder = join(root, "bench", "peers", "kafka-streams");

export const classPath = `${join(javaFolder, "target", "classes")}:${join(javaFolder, "target", "libs")}/*`;

export type PythonPeer = "bytewax" | "faust" | "pyspark" | "quix";

export function pythonOf(peer: PythonPeer): string {
  return join(peersFolder, `.venv-${peer}`, "bin", "python");
}

/** Fetches what Kafka Streams needs, the first time, and compiles the peer; says why where it cannot be. */
export async function installKafkaStreams(): Promise<string | null> {
  return reasonOf("Maven and a JDK 17", async () => {
    await fetchJars(javaFolder);
    await mkdir(join(javaFolder, "target", "classes"), { recursive: true });
    await run("javac", ["-d", join(javaFolder, "target", "classes"), "-cp", `${join(javaFolder, "target", "libs")}/*`, join(javaFolder, "Peer.java")]);
  });
}

/** Makes a Python environment of the peer's own, when its list of packages has changed since; says why where it cannot be. */
export async function installPython(peer: PythonPeer): Promise<string | null> {
  return reasonOf("Python 3.10 to 3.12 with venv", async () => {
    await installPackages(join(peersFolder, `.venv-${peer}`), join(peersFolder, `requirements-${peer}.txt`));
    if (peer === "pyspark") await fetchJars(peersFolder);
  });
}

/** The packages that a folder's `pom.xml` names, into `target/libs`, when that has changed since. */
async function fetchJars(folder: string): Promise<void> {
  const pom = await readFile(join(folder, "pom.xml"), "utf8");
  const stamp = join(folder, "target", "fetched.xml");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === pom) return;
  await run("mvn", ["-B", "-q", "-f", join(folder, "pom.xml"), "dependency:copy-dependencies", `-DoutputDirectory=${join(folder, "target", "libs")}`, "-DincludeScope=runtime"], { maxBuffer: 2 ** 26 });
  await writeFile(stamp, pom);
}

async function reasonOf(needs: string, install: () => Promise<void>): Promise<string | null> {
  try {
    await install();
    return null;
  } catch (thrown) {
    return `absent (needs ${needs}: ${(thrown as Error).message.trim().split("\n").at(-1)})`;
  }
}
