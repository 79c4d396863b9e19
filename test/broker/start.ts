import { execFile } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./kafka.sh", import.meta.url));

export interface TestBroker extends AsyncDisposable {
  /** `host:port` of the broker. */
  readonly servers: string;
}

/** One of our own, that can be taken from its clients and comes back with all that it has stored. */
export interface OwnBroker extends TestBroker {
  /** Its data and its logs. */
  readonly folder: string;
  stop(): Promise<void>;
  /** As a machine that loses power. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** It keeps its connections and answers nothing. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

interface Settings {
  /** Of the clients and of the controller; default: free ones. */
  readonly ports?: readonly number[];
  /** A file whose properties are added to the broker's, and win. */
  readonly properties?: string;
  /** Further arguments of `kafka-storage format`. */
  readonly format?: readonly string[];
  /** Its Java takes longer to start, and does more then. */
  readonly carriesLoad?: boolean;
}

/** Starts a Kafka broker of its own on free ports of 127.0.0.1; disposing stops it and deletes its data. */
export async function startBroker({ ports, properties, format = [], carriesLoad = false }: Settings = {}): Promise<OwnBroker> {
  const [port, controllerPort] = ports ?? (await freePorts(2));
  const env = {
    ...process.env,
    KAFKA_PORT: String(port),
    KAFKA_CONTROLLER_PORT: String(controllerPort),
    KAFKA_DIR: await mkdtemp(join(tmpdir(), "mangrove-kafka-")),
    ...(properties !== undefined && { KAFKA_PROPERTIES: properties }),
    KAFKA_FORMAT: format.join("\n"),
    ...(carriesLoad && { KAFKA_JAVA: "" }),
    KAFKA_OWNER: String(process.pid),
  };
  const signal = async (name: NodeJS.Signals) => void process.kill(Number(await readFile(join(env.KAFKA_DIR, "pid"), "utf8")), name);
  const wipe = () => run("wipe", env);
  try {
    await run("start", env);
  } catch (thrown) {
    await wipe();
    throw thrown;
  }
  return {
    servers: `127.0.0.1:${port}`,
    folder: env.KAFKA_DIR,
    stop: () => run("stop", env),
    async kill() {
      await signal("SIGKILL");
      await run("stop", env); // waits until it is gone
    },
    start: () => run("start", env),
    pause: () => signal("SIGSTOP"),
    resume: () => signal("SIGCONT"),
    [Symbol.asyncDispose]: wipe,
  };
}

function run(command: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile("bash", [script, command], { env }, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`kafka.sh ${command} failed: ${stderr.trim().split("\n").at(-1)}`, { cause: error }));
    });
  });
}

/**
 * Ports of 127.0.0.1 that nobody has: they are held open until all are known, so they differ. None is of those that systems give to outgoing connections (from 32768 on): one of these might take the port of a broker that is away, even a client's
 * that asks for it.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, holdOne));
  return Promise.all(held.map((server) => server.close()));
}

async function holdOne(): Promise<{ close(): Promise<number> }> {
  for (;;) {
    const port = 10_240 + Math.floor(Math.random() * 22_000);
    const server = createServer();
    const isOurs = await new Promise<boolean>((resolve) => server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true)));
    if (isOurs) return { close: () => new Promise((closed) => server.close(() => closed(port))) };
  }
}
