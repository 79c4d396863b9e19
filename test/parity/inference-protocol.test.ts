import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { BatchAnswer } from "../../api/contract.ts";
import { serveApp } from "../../api/server.ts";
import { bodyOf, message, startService } from "../api/service.ts";
import { pythonWith } from "./python.ts";

const { python, reason } = pythonWith("tritonclient.http");

const rows = Array.from({ length: 50 }, (_, row) => message({ "Temperature[C]": row % 7 === 0 ? null : 20 + row / 3, "TVOC[ppb]": row * 40, "Raw H2": 12_306 + row * 11, "NC0.5": row % 5 === 0 ? null : row / 9 }));

test.skipIf(python === null)(`a client of the protocol gets what /predict gives, by JSON and by bytes${reason === null ? "" : `: skipped, ${reason}`}`, async () => {
  await using service = await startService();
  const server = await serveApp(service.app, { host: "127.0.0.1", port: 0 });
  try {
    const script = fileURLToPath(new URL("./inference_client.py", import.meta.url));
    const client = spawn(python!, [script, new URL(server.url).host, "smoke_detection_model"]);
    const columns = Object.fromEntries(Object.keys(message()).map((key) => [key, rows.map((row) => row[key])]));
    client.stdin.end(JSON.stringify(columns));
    const [printed, complaint] = await Promise.all([text(client.stdout), text(client.stderr)]);
    expect(printed, complaint).not.toBe("");
    const found = JSON.parse(printed) as Record<string, unknown>;
    const expected = (await bodyOf<BatchAnswer>(service.post(rows))).predictions as { probability: number; prediction: number; prediction_label: string }[];
    const answer = {
      id: "seven",
      probability: expected.map(({ probability }) => probability),
      prediction: expected.map(({ prediction }) => prediction),
      label: expected.map(({ prediction_label }) => prediction_label),
    };
    expect(found).toMatchObject({ live: true, ready: true, model_ready: true, no_such_model_ready: false, server: { name: "mangrove" }, index: [{ name: "smoke_detection_model", state: "READY" }] });
    expect(found["answers"]).toEqual([answer, answer, answer, answer]);
    expect(found["refusal"]).toEqual({ status: "422", message: expect.stringMatching(/Humidity\[%\] is not there/) });
  } finally {
    await server.close();
  }
});
