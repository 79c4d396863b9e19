import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { temporaryFolder } from "../fixtures/temporary.ts";
import { whyNotStartable } from "./availability.ts";
import { freePorts, startBroker, type OwnBroker } from "./start.ts";

/** The one user of the broker, by every mechanism. */
export const user = { name: "alice", password: "wonder!land-4711" };

export interface SecureBroker extends AsyncDisposable {
  /** The broker itself, to be stopped and started; its servers are the listener for everybody. */
  readonly own: OwnBroker;
  /** `host:port` of the listeners: for everybody, over TLS with a client certificate, over TLS by password. */
  readonly plaintext: string;
  readonly ssl: string;
  readonly saslSsl: string;
  /** PEM files: the authority of the broker and the client, and one that signed neither. */
  readonly ca: string;
  readonly otherCa: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

/** What this machine lacks to start one; null: nothing. */
export async function whyNotSecure(): Promise<string | null> {
  return (await whyNotStartable()) ?? openssl(["version"]).then(() => null, () => "no openssl found to make certificates with");
}

/** Starts a broker of its own that takes TLS and SASL. Disposing stops it and deletes all that it wrote. */
export async function startSecureBroker(): Promise<SecureBroker> {
  const folder = await temporaryFolder();
  try {
    await Promise.all([authority(folder.file("ca"), "broker tests"), authority(folder.file("other"), "others")]);
    await Promise.all(["broker", "client"].map((name) => certificate(folder.file(name), folder.file("ca"))));
    await writeFile(folder.file("store.pem"), `${await readFile(folder.file("broker.key"), "utf8")}${await readFile(folder.file("broker.pem"), "utf8")}`);
    const [port, controllerPort, ssl, saslSsl] = (await freePorts(4)) as [number, number, number, number];
    await writeFile(folder.file("properties"), properties(folder.path, { port, controllerPort, ssl, saslSsl }));
    const scram = ["SCRAM-SHA-256", "SCRAM-SHA-512"].map((mechanism) => `${mechanism}=[name=${user.name},password=${user.password}]`);
    const format = scram.flatMap((credential) => ["--add-scram", credential]);
    const broker = await startBroker({ ports: [port, controllerPort], properties: folder.file("properties"), format });
    return {
      own: broker,
      plaintext: broker.servers,
      ssl: `127.0.0.1:${ssl}`,
      saslSsl: `localhost:${saslSsl}`,
      ca: folder.file("ca.pem"),
      otherCa: folder.file("other.pem"),
      clientCert: folder.file("client.pem"),
      clientKey: folder.file("client.key"),
      async [Symbol.asyncDispose]() {
        await broker[Symbol.asyncDispose]();
        await folder[Symbol.asyncDispose]();
      },
    };
  } catch (thrown) {
    await folder[Symbol.asyncDispose]();
    throw thrown;
  }
}

function properties(folder: string, { port, controllerPort, ssl, saslSsl }: Record<"port" | "controllerPort" | "ssl" | "saslSsl", number>): string {
  const listeners = `PLAINTEXT://127.0.0.1:${port},SSL://127.0.0.1:${ssl},SASL_SSL://localhost:${saslSsl}`;
  const login = "org.apache.kafka.common.security";
  return `
listeners=${listeners},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=${listeners}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
ssl.keystore.type=PEM
ssl.keystore.location=${folder}/store.pem
ssl.truststore.type=PEM
ssl.truststore.location=${folder}/ca.pem
listener.name.ssl.ssl.client.auth=required
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.sasl_ssl.plain.sasl.jaas.config=${login}.plain.PlainLoginModule required user_${user.name}="${user.password}";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=${login}.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${login}.scram.ScramLoginModule required;
`;
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Writes `path`.key and `path`.pem. */
async function authority(path: string, name: string): Promise<void> {
  await openssl(["req", "-x509", ...newKey, "-days", "2", "-subj", `/CN=${name}`, "-keyout", `${path}.key`, "-out", `${path}.pem`]);
}

/** Writes `path`.key and `path`.pem, signed by the authority, for this machine. */
async function certificate(path: string, ca: string): Promise<void> {
  await writeFile(`${path}.ext`, "subjectAltName=DNS:localhost,IP:127.0.0.1");
  await openssl(["req", "-new", ...newKey, "-subj", "/CN=localhost", "-keyout", `${path}.key`, "-out", `${path}.csr`]);
  await openssl(["x509", "-req", "-in", `${path}.csr`, "-CA", `${ca}.pem`, "-CAkey", `${ca}.key`, "-set_serial", String(path.length), "-days", "2", "-extfile", `${path}.ext`, "-out", `${path}.pem`]);
}

async function openssl(args: readonly string[]): Promise<void> {
  await promisify(execFile)("openssl", args);
}
