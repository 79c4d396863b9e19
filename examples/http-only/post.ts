/** Posts two hours of three meters, one of which leaks in the second hour: `node post.ts URL [FILE]`; with FILE, they are written there with labels instead. */
import { writeFile } from "node:fs/promises";
import process from "node:process";

const START_S = Date.UTC(2026, 1, 2, 6) / 1000;
const [url, file] = process.argv.slice(2);

const readings = Array.from({ length: 2 * 60 * 3 }, (_, i) => {
  const [minute, meter] = [Math.floor(i / 3), i % 3];
  const wave = Math.sin(minute / 7 + meter * 2);
  const leak = meter === 1 && minute >= 60 ? 1 : 0;
  return { ts: START_S + minute * 60, meter: `meter-${meter + 1}`, power: Math.round(900 + 300 * wave), flow: Number((4 + 3 * wave + leak * 6).toFixed(2)), ...(file && { leak }) };
});

const lines = readings.map((reading) => JSON.stringify(reading)).join("\n");
if (file) {
  await writeFile(file, `${lines}\n`);
} else {
  const answer = await fetch(`${url}/readings`, { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body: lines });
  console.log(answer.status, await answer.text());
  if (!answer.ok) process.exitCode = 1;
}
