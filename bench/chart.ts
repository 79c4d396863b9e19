import type { Result } from "./measure.ts";

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 70;
const TOP = 50;
const RIGHT = 160;
const BOTTOM = 50;
const colours = ["#1b7837", "#762a83", "#2166ac", "#b35806"];

/** Nanoseconds a reading against the number of sensors (logarithmic), as an SVG picture: a line for each runtime. Rows are named `N sensors…`. */
export function chartOf({ title, rows }: Result): string {
  const points = rows
    .filter(({ peer }) => !peer)
    .map(({ name, host, median }) => ({ host, sensors: Number.parseInt(name.replaceAll(",", ""), 10), ns: 1e9 / median }));
  const hosts = [...new Set(points.map(({ host }) => host))];
  const logs = points.map(({ sensors }) => Math.log10(sensors));
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const highest = Math.max(...points.map(({ ns }) => ns)) * 1.1;
  const step = [100, 200, 500, 1000].find((each) => highest / each <= 10) ?? 5000;
  const top = Math.ceil(highest / step) * step;
  const x = (sensors: number) => LEFT + ((Math.log10(sensors) - least) / (most - least || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (ns: number) => HEIGHT - BOTTOM - (ns / top) * (HEIGHT - TOP - BOTTOM);
  const labelAt = apart(hosts.map((host) => [host, y(points.findLast((point) => point.host === host)!.ns) + 4]));
  const lines = hosts.map((host, i) => {
    const own = points.filter((point) => point.host === host).sort((a, b) => a.sensors - b.sensors);
    const path = own.map(({ sensors, ns }) => `${x(sensors).toFixed(1)},${y(ns).toFixed(1)}`).join(" ");
    const last = own.at(-1)!;
    const dots = own.map(({ sensors, ns }) => `<circle cx="${x(sensors).toFixed(1)}" cy="${y(ns).toFixed(1)}" r="4"><title>${host}, ${sensors} sensors: ${ns.toFixed(0)} ns</title></circle>`);
    return `<g fill="${colours[i % colours.length]}"><polyline points="${path}" fill="none" stroke="${colours[i % colours.length]}" stroke-width="2"/>${dots.join("")}<text x="${x(last.sensors) + 10}" y="${labelAt.get(host)}">${host}</text></g>`;
  });
  const ticks = [...new Set(points.map(({ sensors }) => sensors))].map((sensors) => `<text x="${x(sensors)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${sensors.toLocaleString("en")}</text>`);
  const grid = Array.from({ length: top / step + 1 }, (_, i) => {
    const at = y(i * step);
    return `<path d="M${LEFT} ${at}H${WIDTH - RIGHT}" stroke="#ddd"/><text x="${LEFT - 8}" y="${at + 4}" text-anchor="end">${(i * step).toLocaleString("en")}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#333">
<rect width="100%" height="100%" fill="white"/>
<text x="${LEFT}" y="20" font-size="14">ns a reading by number of sensors</text>
<text x="${LEFT}" y="36" font-size="10">${title}</text>
${grid.join("\n")}
${ticks.join("\n")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">sensors</text>
${lines.join("\n")}
</svg>
`;
}

/** Names from above to below, each a line's height from the one before it at least. */
function apart(places: readonly (readonly [name: string, y: number])[]): Map<string, number> {
  let least = -Infinity;
  return new Map(
    places
      .toSorted(([, a], [, b]) => a - b)
      .map(([name, y]) => {
        least = Math.max(y, least + 14);
        return [name, least] as const;
      }),
  );
}
