import { MangroveError } from "../../../kernel-as/errors.ts";

export interface TraceSettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
  readonly share: number;
  readonly followsParents: boolean;
}

/** What OpenTelemetry's variables say of traces; null where they ask for none. Throws `MGV_CONFIG`. */
export function readTraceSettings(environment: Readonly<Record<string, string | undefined>>): TraceSettings | null {
  const text = (name: string) => environment[name]?.trim() || null;
  const fail = (name: string, wanted: string): never => {
    throw new MangroveError("MGV_CONFIG", `${name} is ${JSON.stringify(environment[name])}; it must be ${wanted}.`);
  };
  const whole = text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  const base = text("OTEL_EXPORTER_OTLP_ENDPOINT");
  const exporter = text("OTEL_TRACES_EXPORTER") ?? (whole ?? base ? "otlp" : "none");
  if (exporter === "none" || text("OTEL_SDK_DISABLED")?.toLowerCase() === "true") return null;
  if (exporter !== "otlp") fail("OTEL_TRACES_EXPORTER", "otlp or none");
  const protocol = text("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") ?? text("OTEL_EXPORTER_OTLP_PROTOCOL");
  if (protocol === "grpc") throw new MangroveError("MGV_CONFIG", "Traces go out as JSON over HTTP, not by gRPC: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json, and the endpoint to the collector's port for HTTP, which is 4318 by default.");
  const url = whole ?? `${(base ?? "http://localhost:4318").replace(/\/+$/, "")}/v1/traces`;
  if (!/^https?:/i.test(url) || !URL.canParse(url)) fail(whole === null ? "OTEL_EXPORTER_OTLP_ENDPOINT" : "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "an http or https URL");
  const sampler = /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(text("OTEL_TRACES_SAMPLER") ?? "parentbased_always_on");
  if (!sampler) return fail("OTEL_TRACES_SAMPLER", "always_on, always_off or traceidratio, with parentbased_ before it or not");
  const ratio = Number(text("OTEL_TRACES_SAMPLER_ARG") ?? 1);
  if (!(ratio >= 0 && ratio <= 1)) fail("OTEL_TRACES_SAMPLER_ARG", "a number from 0 to 1");
  const resource = pairs(text("OTEL_RESOURCE_ATTRIBUTES"));
  return {
    url,
    headers: pairs(text("OTEL_EXPORTER_OTLP_TRACES_HEADERS") ?? text("OTEL_EXPORTER_OTLP_HEADERS")),
    resource: { ...resource, "service.name": text("OTEL_SERVICE_NAME") ?? resource["service.name"] ?? "mangrove" },
    share: { always_on: 1, always_off: 0, traceidratio: ratio }[sampler[2] as "always_on" | "always_off" | "traceidratio"],
    followsParents: sampler[1] !== undefined,
  };
}

/** `a=1,b=2`, percent-encoded. */
function pairs(text: string | null): Record<string, string> {
  const found = (text ?? "").split(",").map((pair) => /^\s*([^=\s]+)\s*=(.*)$/.exec(pair)).filter((match) => match !== null);
  return Object.fromEntries(found.map(([, name, value]) => [name!, decoded(value!.trim())]));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
