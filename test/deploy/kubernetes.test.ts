import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { readConfig } from "../../engine/config.ts";
import { projectRoot } from "../fixtures/runtimes.ts";

const folder = join(projectRoot, "deploy/kubernetes");
const files = (parse(readFileSync(join(folder, "kustomization.yaml"), "utf8")) as { resources: string[] }).resources;
const program = fileURLToPath(new URL(".venv/bin/kubernetes-validate", import.meta.url));
const reason = reasonToSkip();
if (reason !== null) console.log(`manifests' schemas SKIPPED: ${reason}`);

/** Throws in CI, where it must be there. */
function reasonToSkip(): string | null {
  if (existsSync(program)) return null;
  const missing = "no kubernetes-validate: python3 -m venv test/deploy/.venv && test/deploy/.venv/bin/pip install -r test/deploy/requirements.txt";
  if (process.env["CI"] === "true") throw new Error(missing);
  return missing;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Record<string, string>;
  readonly spec: any;
}

const manifests = files.flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), "utf8")).map((document) => document.toJS() as Manifest));
const workloads = manifests.filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet");

test.skipIf(reason !== null)("every manifest is what Kubernetes' schemas allow", () => {
  const { status, stdout, stderr } = spawnSync(program, ["--strict", ...files.map((file) => join(folder, file))], { encoding: "utf8" });
  expect(status, `${stdout}${stderr}`).toBe(0);
  expect(`${stdout}${stderr}`.match(/passed for resource/g)).toHaveLength(manifests.length);
});

test("all manifests are in the kustomization", () => {
  expect(readdirSync(folder).filter((name) => name !== "kustomization.yaml").sort()).toEqual([...files].sort());
});

test("pods are not root, cannot write but to volumes, are probed at the port that they listen on, and their settings are known", () => {
  const shared = manifests.find(({ kind }) => kind === "ConfigMap")!.data!;
  expect(workloads.map(({ metadata }) => metadata.name)).toEqual(["trainer", "api", "engine"]);
  for (const { spec } of workloads) {
    const { containers, securityContext, enableServiceLinks, volumes } = spec.template.spec;
    const [container] = containers;
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
    expect(enableServiceLinks).toBe(false);
    expect(container.volumeMounts.map((mount: { name: string }) => mount.name)).toEqual(volumes.map((volume: { name: string }) => volume.name));
    const env = { ...shared, ...Object.fromEntries(container.env.map(({ name, value = "x" }: { name: string; value?: string }) => [name, value])) };
    const { prometheusPort, port } = readConfig(env);
    const told = { name: "http", containerPort: prometheusPort };
    expect(container.ports).toEqual(env["FLASK_PORT"] === undefined ? [told] : [{ name: "http", containerPort: port }, { ...told, name: "metrics" }]);
    expect(spec.template.metadata.annotations["prometheus.io/port"]).toBe(String(prometheusPort));
    for (const [probe, path] of [["startupProbe", "/readyz"], ["livenessProbe", "/livez"], ["readinessProbe", "/readyz"]] as const) expect(container[probe].httpGet).toEqual({ path, port: "http" });
    expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
  }
});
