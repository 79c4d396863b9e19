/** As much of an OpenAPI document as the page shows. */
export interface OpenApi {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

export interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly description?: string; readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>> };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>> }>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: JsonSchema;
}

export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly example?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

/** References are followed no deeper, nor unions in them: the page shows the rest by name. */
const DEEPEST = 6;

/** A value as a schema describes it, to begin with. */
export function exampleOf(document: OpenApi, schema: JsonSchema | undefined, depth = 0): unknown {
  if (!schema || depth > DEEPEST) return null;
  const deeper = (next: JsonSchema | undefined) => exampleOf(document, next, depth + 1);
  if (schema.$ref !== undefined) return deeper(document.components?.schemas?.[schema.$ref.split("/").at(-1)!]);
  for (const given of [schema.example, schema.default, schema.const, schema.enum?.[0]]) if (given !== undefined) return given;
  const first = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (first) return deeper(first);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(deeper)) as unknown;
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([name, next]) => [name, deeper(next)]));
  const type = typeof schema.type === "string" ? schema.type : schema.type?.find((each) => each !== "null");
  if (type === "array") return schema.items ? [deeper(schema.items)] : [];
  if (type === "number" || type === "integer") return Math.min(Math.max(1, schema.minimum ?? -Infinity), schema.maximum ?? Infinity);
  return { string: "", boolean: false, object: {} }[type ?? ""] ?? null;
}
