import type { Endpoint } from "./contract.ts";

interface Document {
  readonly paths?: Readonly<Record<string, object>> | undefined;
}

/** What an OpenAPI document has, in its order. */
export function endpointsOf({ paths = {} }: Document): Endpoint[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { summary: string }>).map(([method, { summary }]) => ({ method: method.toUpperCase(), path, description: summary })),
  );
}
