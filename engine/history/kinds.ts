const place = { sensor: "VARCHAR", event_time: "TIMESTAMP", topic: "VARCHAR", partition: "INTEGER", offset: "BIGINT" } as const;

/** What the history holds, each in a folder of its own, and the columns that all files of it have. Readings have one more for each field, analytics for each value. */
export const kinds = {
  readings: { ...place, append_time: "TIMESTAMP", label: "TINYINT" },
  predictions: { ...place, prediction: "TINYINT", probability: "DOUBLE", margin: "DOUBLE", late: "BOOLEAN", alert_level: "VARCHAR", model_version: "VARCHAR" },
  alerts: {
    ...place, output: "VARCHAR", alert_id: "VARCHAR", alert_type: "VARCHAR", cause: "VARCHAR", value: "DOUBLE", threshold: "DOUBLE", severity: "VARCHAR", message: "VARCHAR", model_version: "VARCHAR",
  },
  analytics: { ...place, output: "VARCHAR", window_start: "TIMESTAMP" },
  labels: { sensor: "VARCHAR", from_time: "TIMESTAMP", to_time: "TIMESTAMP", label: "TINYINT", who: "VARCHAR", given_time: "TIMESTAMP", number: "BIGINT" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Kind = keyof typeof kinds;

export const kindNames = Object.keys(kinds) as Kind[];
