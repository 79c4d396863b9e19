import type { Label } from "../history/labels.ts";

/**
 * What somebody says of a span of a sensor's event time; who keeps it adds when it was said, and a number.
 *
 *     [from ─────────────── to)      a reading at `to` is not meant
 */
export type GivenLabel = Omit<Label, "givenMs" | "number">;

/** The topic that labels of a pipeline come by: `smoke_labels`. */
export function labelsTopic({ name }: { readonly name: string }): string {
  return `${name}_labels`;
}
