import { writeFile } from "node:fs/promises";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { readSecurity, tlsOptions } from "../../../engine/broker/security.ts";
import { readConfig } from "../../../engine/config.ts";
import { temporaryFolder } from "../../fixtures/temporary.ts";

const password = "open-sesame";
const sasl = { KAFKA_SECURITY_PROTOCOL: "SASL_SSL", KAFKA_SASL_MECHANISM: "SCRAM-SHA-256", KAFKA_SASL_USERNAME: "ali", KAFKA_SASL_PASSWORD: password };

test("without a protocol nothing is encrypted and nobody signs in", () => {
  expect(readSecurity({})).toBeNull();
  expect(readSecurity({ KAFKA_SECURITY_PROTOCOL: "PLAINTEXT", KAFKA_SSL_CA: " " })).toBeNull();
});

test("each protocol asks for encryption, a user, or both", () => {
  expect(readSecurity({ KAFKA_SECURITY_PROTOCOL: "SSL" })).toEqual({ tls: { ca: null, client: null }, sasl: null });
  expect(readSecurity({ ...sasl, KAFKA_SECURITY_PROTOCOL: "SASL_PLAINTEXT" })?.tls).toBeNull();
  const security = readSecurity(sasl)!;
  expect(security).toMatchObject({ tls: {}, sasl: { mechanism: "SCRAM-SHA-256", username: "ali" } });
  expect(security.sasl!.password()).toBe(password);
});

test("certificates and the key are read from their files", async () => {
  await using folder = await temporaryFolder();
  const [cert, key] = ["-----BEGIN CERTIFICATE-----\nAA==\n", "-----BEGIN PRIVATE KEY-----\nhidden\n"];
  await Promise.all([writeFile(folder.file("cert.pem"), cert), writeFile(folder.file("key.pem"), key)]);
  const files = { KAFKA_SSL_CA: folder.file("cert.pem"), KAFKA_SSL_CERT: folder.file("cert.pem"), KAFKA_SSL_KEY: folder.file("key.pem") };
  const { tls } = readSecurity({ KAFKA_SECURITY_PROTOCOL: "SSL", ...files })!;
  expect(tlsOptions(tls!)).toEqual({ ca: cert, cert, key });
  expect(inspect(tls, { depth: Infinity, showHidden: true })).not.toContain("hidden");
  expect(() => readSecurity({ KAFKA_SECURITY_PROTOCOL: "SSL", ...files, KAFKA_SSL_KEY: folder.file("cert.pem") })).toThrow(/KAFKA_SSL_KEY, .*cert\.pem, holds no private key/);
  expect(() => readSecurity({ KAFKA_SECURITY_PROTOCOL: "SSL", ...files, KAFKA_SSL_KEY: "" })).toThrow(/KAFKA_SSL_CERT is set without KAFKA_SSL_KEY/);
});

test.each([
  ["an unknown protocol", { KAFKA_SECURITY_PROTOCOL: "SASL-SSL" }, /Did you mean SASL_SSL\?/],
  ["an unknown mechanism", { ...sasl, KAFKA_SASL_MECHANISM: "SCRAM-SHA256" }, /KAFKA_SASL_MECHANISM is "SCRAM-SHA256"\. Did you mean SCRAM-SHA-256\?/],
  ["no mechanism", { ...sasl, KAFKA_SASL_MECHANISM: undefined }, /needs KAFKA_SASL_MECHANISM: PLAIN, SCRAM/],
  ["no user", { ...sasl, KAFKA_SASL_USERNAME: "" }, /Set KAFKA_SASL_USERNAME/],
  ["a user without a password", { ...sasl, KAFKA_SASL_PASSWORD: "" }, /user ali .* has no password\. Set KAFKA_SASL_PASSWORD/],
  ["a password without SASL", { KAFKA_SASL_PASSWORD: password }, /KAFKA_SASL_PASSWORD has no effect .*=PLAINTEXT\. Set that to SASL_SSL/],
  ["an authority without SSL", { ...sasl, KAFKA_SECURITY_PROTOCOL: "SASL_PLAINTEXT", KAFKA_SSL_CA: "ca.pem" }, /KAFKA_SSL_CA has no effect .* Set that to SSL or SASL_SSL/],
  ["a file that is not there", { ...sasl, KAFKA_SSL_CA: "/no/ca.pem" }, /Cannot read the file of KAFKA_SSL_CA: .*\/no\/ca\.pem/],
])("%s is refused, and the password is not told", (_what, environment, message) => {
  const thrown = failureOf(() => readSecurity(environment));
  expect(thrown).toMatchObject({ code: "MGV_CONFIG", message: expect.stringMatching(message) });
  expect(inspect(thrown, { depth: Infinity, showHidden: true })).not.toContain(password);
});

test("a config that is printed or serialized holds no password", () => {
  const config = readConfig(sasl);
  expect(inspect(config, { depth: Infinity, showHidden: true }) + JSON.stringify(config)).not.toContain(password);
});

function failureOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
}
