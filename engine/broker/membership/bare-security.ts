import type { BrokerSecurity } from "../security.ts";

/** {@link BrokerSecurity} as it crosses threads, where functions cannot: with its secrets in it. */
export type BareSecurity = Bare<BrokerSecurity> | null;

type Bare<T> = T extends () => infer Secret ? Secret : T extends object ? { readonly [Key in keyof T]: Bare<T[Key]> } : T;

export function bareSecurity(security: BrokerSecurity | null): BareSecurity {
  if (security === null) return null;
  const { tls, sasl } = security;
  return {
    tls: tls && { ca: tls.ca, client: tls.client && { cert: tls.client.cert, key: tls.client.key() } },
    sasl: sasl && { ...sasl, password: sasl.password() },
  };
}

export function securityOf(bare: BareSecurity): BrokerSecurity | null {
  if (bare === null) return null;
  const { tls, sasl } = bare;
  return {
    tls: tls && { ca: tls.ca, client: tls.client && { cert: tls.client.cert, key: () => tls.client!.key } },
    sasl: sasl && { ...sasl, password: () => sasl.password },
  };
}
