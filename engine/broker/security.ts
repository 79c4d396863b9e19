import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { MangroveError } from "../../kernel-as/errors.ts";
import { didYouMean } from "../../kernel-as/nearest.ts";

/** How a cluster is reached where it does not take everybody. Secrets are functions, so that nothing that is printed or serialized holds them. */
export interface BrokerSecurity {
  /** Null: the connection is not encrypted. */
  readonly tls: Tls | null;
  /** Null: no user signs in. */
  readonly sasl: Sasl | null;
}

/** PEM texts. */
interface Tls {
  /** Null: the authorities that the runtime trusts. */
  readonly ca: string | null;
  readonly client: { readonly cert: string; readonly key: () => string } | null;
}

interface Sasl {
  readonly mechanism: (typeof mechanisms)[number];
  readonly username: string;
  readonly password: () => string;
}

const protocols = ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] as const;
const mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const;
const tlsNames = ["KAFKA_SSL_CA", "KAFKA_SSL_CERT", "KAFKA_SSL_KEY"];
const saslNames = ["KAFKA_SASL_MECHANISM", "KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"];

/** The variables that say how a cluster is reached. */
export const securityNames = ["KAFKA_SECURITY_PROTOCOL", ...tlsNames, ...saslNames];

const certificate = { pattern: /-----BEGIN CERTIFICATE-----/, title: "certificate" };
const privateKey = { pattern: /-----BEGIN (RSA |EC )?PRIVATE KEY-----/, title: "private key without a passphrase" };

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads `KAFKA_SECURITY_PROTOCOL`, `KAFKA_SSL_*` and `KAFKA_SASL_*`; null for PLAINTEXT. Throws `MGV_CONFIG`, with no secret in it. */
export function readSecurity(environment: Environment): BrokerSecurity | null {
  const protocol = oneOf(environment, "KAFKA_SECURITY_PROTOCOL", protocols) ?? "PLAINTEXT";
  const isEncrypted = protocol.endsWith("SSL");
  const signsIn = protocol.startsWith("SASL");
  const stray = [...(isEncrypted ? [] : tlsNames), ...(signsIn ? [] : saslNames)].find((name) => environment[name]?.trim());
  if (stray !== undefined) {
    const wanted = tlsNames.includes(stray) ? "SSL or SASL_SSL" : "SASL_SSL or SASL_PLAINTEXT";
    throw misused(`${stray} has no effect with KAFKA_SECURITY_PROTOCOL=${protocol}. Set that to ${wanted}, or unset ${stray}.`);
  }
  if (protocol === "PLAINTEXT") return null;
  return { tls: isEncrypted ? readTls(environment) : null, sasl: signsIn ? readSasl(environment, protocol) : null };
}

/** As Node's `tls.connect` takes them. */
export function tlsOptions({ ca, client }: Tls): ConnectionOptions {
  return { ...(ca !== null && { ca }), ...(client && { cert: client.cert, key: client.key() }) };
}

function readTls(environment: Environment): Tls {
  const ca = readPem(environment, "KAFKA_SSL_CA", certificate);
  const cert = readPem(environment, "KAFKA_SSL_CERT", certificate);
  const key = readPem(environment, "KAFKA_SSL_KEY", privateKey);
  if ((cert === null) !== (key === null)) {
    const [given, missing] = cert === null ? ["KAFKA_SSL_KEY", "KAFKA_SSL_CERT"] : ["KAFKA_SSL_CERT", "KAFKA_SSL_KEY"];
    throw misused(`${given} is set without ${missing}. A client certificate needs both.`);
  }
  return { ca, client: cert === null || key === null ? null : { cert, key: () => key } };
}

function readSasl(environment: Environment, protocol: string): Sasl {
  const mechanism = oneOf(environment, "KAFKA_SASL_MECHANISM", mechanisms);
  const username = environment["KAFKA_SASL_USERNAME"]?.trim();
  const password = environment["KAFKA_SASL_PASSWORD"];
  if (mechanism === null) throw misused(`KAFKA_SECURITY_PROTOCOL=${protocol} needs KAFKA_SASL_MECHANISM: ${mechanisms.join(", ")}.`);
  if (!username) throw misused(`KAFKA_SECURITY_PROTOCOL=${protocol} needs a user. Set KAFKA_SASL_USERNAME.`);
  if (!password) throw misused(`The user ${username} of KAFKA_SASL_USERNAME has no password. Set KAFKA_SASL_PASSWORD.`);
  return { mechanism, username, password: () => password };
}

function oneOf<T extends string>(environment: Environment, name: string, known: readonly T[]): T | null {
  const given = environment[name]?.trim();
  if (!given) return null;
  const found = known.find((one) => one === given);
  if (found === undefined) throw misused(`${name} is ${JSON.stringify(given)}.${didYouMean(given, known)} Known are ${known.join(", ")}.`);
  return found;
}

/** The text of the file that the variable names; null where it names none. */
function readPem(environment: Environment, name: string, wanted: { pattern: RegExp; title: string }): string | null {
  const path = environment[name]?.trim();
  if (!path) return null;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw misused(`Cannot read the file of ${name}: ${(cause as Error).message}. Name a PEM file.`, cause);
  }
  if (!wanted.pattern.test(text)) throw misused(`The file of ${name}, ${path}, holds no ${wanted.title} in PEM. Name one that does.`);
  return text;
}

function misused(message: string, cause?: unknown): MangroveError {
  return new MangroveError("MGV_CONFIG", message, { cause });
}
