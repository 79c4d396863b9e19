/**
 * Draws probabilities from 0 to 1 over time, and the threshold. `size`, in CSS pixels, is that of the canvas: measured by the caller, once for many, since to measure after a change has the browser lay out the page at once.
 */
export function drawSparkline(canvas, { times, values }, threshold, { line, rule, size }) {
  const scale = Math.min(devicePixelRatio, 2);
  const width = Math.round(size.width * scale);
  const height = Math.round(size.height * scale);
  if (width === 0 || height === 0) return;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const pen = canvas.getContext("2d");
  const edge = 1.5 * scale;
  const y = (value) => height - edge - value * (height - 2 * edge);
  pen.clearRect(0, 0, width, height);
  pen.lineWidth = scale;
  if (threshold !== null) {
    pen.strokeStyle = rule;
    pen.setLineDash([3 * scale, 3 * scale]);
    pen.beginPath();
    pen.moveTo(0, y(threshold));
    pen.lineTo(width, y(threshold));
    pen.stroke();
    pen.setLineDash([]);
  }
  const from = Math.max(0, times.length - 120);
  const first = times[from];
  const span = Math.max(times.at(-1) - first, 30);
  const x = (time) => width - edge - ((times.at(-1) - time) / span) * (width - 2 * edge);
  pen.strokeStyle = line;
  pen.lineWidth = 1.5 * scale;
  pen.lineJoin = "round";
  pen.beginPath();
  for (let i = from; i < times.length; i++) pen.lineTo(x(times[i]), y(values[i]));
  pen.stroke();
  pen.fillStyle = line;
  pen.beginPath();
  pen.arc(x(times.at(-1)), y(values.at(-1)), 2 * scale, 0, 7);
  pen.fill();
}

const names = { NONE: "--calm", MEDIUM: "--medium", HIGH: "--high", CRITICAL: "--critical" };
let known = null;

/** Colours of the style sheet, by level; read anew when the scheme changes. */
export function colours(level) {
  if (known === null) {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    known = { rule: of("--muted"), lines: Object.fromEntries(Object.entries(names).map(([each, name]) => [each, of(name)])) };
  }
  return { line: known.lines[level], rule: known.rule };
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (known = null));
