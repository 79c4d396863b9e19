/** Who may call what: `admin` may all, `predict` may what `read` may. */
export const roles = ["read", "predict", "admin"] as const;

export type Role = (typeof roles)[number];

/** Whether a key of role `held` may call what asks for `wanted`. */
export function covers(held: Role, wanted: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(wanted);
}
