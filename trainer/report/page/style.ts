import { Html } from "../html.ts";

/*
 * One accent colour; series and values have colours that the colour-blind tell apart, and dashes beside them. Text has a contrast of 4.5 and above
 * in both schemes.
 */
export const style = new Html(`
:root {
  --page: #fff; --box: #f5f6f7; --text: #1b1f23; --quiet: #57606a; --line: #dfe2e6; --accent: #0b62a8;
  --warn: #8a3b00; --warn-box: #fff4e8; --warn-line: #d9771f;
  --s0: #0b62a8; --s1: #b34700; --s2: #00704e; --s3: #93277a; --s4: #34393f;
  --v0: #0b4f9c; --v1: #5f94c9; --v2: #8b8794; --v3: #c9833f; --v4: #a33c00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --box: #1d2125; --text: #e6e9ec; --quiet: #a3acb5; --line: #33393f; --accent: #6cb8f2;
    --warn: #ffbe85; --warn-box: #2c2118; --warn-line: #d9771f;
    --s0: #6cb8f2; --s1: #ff9d57; --s2: #4fd0a0; --s3: #e273b8; --s4: #f2f4f6;
    --v0: #58a6ff; --v1: #8fb9e0; --v2: #a19dab; --v3: #e0a566; --v4: #ff8a3d;
  }
}
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; overflow-wrap: break-word; }
main { max-width: 72rem; margin: 0 auto; padding: 3rem 1.25rem 5rem; }
h1 { font-size: 2.1rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; margin: 0 0 1.5rem; }
h2 { font-size: 1.35rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; margin: 0 0 1rem; }
h3 { font-size: 1rem; font-weight: 650; margin: 1.5rem 0 0.4rem; }
p { margin: 0 0 0.9rem; max-width: 46rem; }
section { margin-top: 4rem; scroll-margin-top: 1rem; }
a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
code { font: 0.92em ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
small { display: block; font-size: 0.8rem; line-height: 1.35; color: var(--quiet); font-weight: 400; }
.kicker, .note, .absent, figcaption + .legend { color: var(--quiet); }
.kicker { margin: 0 0 0.2rem; font-size: 0.9rem; }
.note { font-size: 0.9rem; margin-top: 0.9rem; max-width: 46rem; }
ul.note { padding-left: 1.2rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 1.1rem 2rem; margin: 0 0 1.75rem; }
.facts dt { font-size: 0.85rem; color: var(--quiet); }
.facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.threshold { border-left: 3px solid var(--accent); padding-left: 1rem; }
.warning { background: var(--warn-box); border-left: 4px solid var(--warn-line); padding: 0.8rem 1.1rem; margin: 0 0 1rem; max-width: 52rem; border-radius: 0 4px 4px 0; }
.warning > :last-child { margin-bottom: 0; }
.warning strong, .flag { color: var(--warn); }
.warning ul { padding-left: 1.1rem; margin: 0.4rem 0 0; }
.warning li { margin: 0.5rem 0; }
.simulated { font-size: 1.2rem; border: 3px solid var(--warn-line); border-radius: 6px; padding: 1.1rem 1.3rem; margin-bottom: 1.75rem; max-width: none; }
.kind { display: inline-block; border: 1px solid var(--warn); color: var(--warn); border-radius: 3px; font-size: 0.75rem; line-height: 1.4; padding: 0 0.4rem; margin-right: 0.3rem; }
nav { margin-top: 2.5rem; border-block: 1px solid var(--line); padding: 0.9rem 0; font-size: 0.9rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.35rem 1.4rem; list-style: none; margin: 0; padding: 0; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
.splits { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 1.5rem 2.5rem; margin-bottom: 1.75rem; }
.splits h3 { margin-top: 0; }
.wide {
  overflow-x: auto; margin: 0.5rem 0;
  background: linear-gradient(to left, var(--page) 40%, transparent) right / 3rem 100% no-repeat local, linear-gradient(to left, color-mix(in srgb, var(--text) 20%, transparent), transparent) right / 0.8rem 100% no-repeat;
}
.wide:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.narrow { max-width: 34rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.5rem 0.75rem; vertical-align: top; border-bottom: 1px solid var(--line); font-weight: 400; text-align: right; }
.close { font-size: 0.87rem; }
.close th, .close td { padding-inline: 0.4rem; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 600; font-size: 0.85rem; vertical-align: bottom; border-bottom-color: var(--quiet); }
.wide th:first-child { position: sticky; left: 0; background: var(--page); }
.text { text-align: left; }
td.figure { white-space: nowrap; }
tbody th.text { min-width: 9rem; }
.close tbody th.text { min-width: 5rem; }
details { margin: 0.6rem 0; }
summary { cursor: pointer; font-weight: 600; padding: 0.3rem 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 2.25rem 2.5rem; margin: 1.25rem 0; align-items: start; }
figure { margin: 0; max-width: 28rem; }
figcaption, caption { font-weight: 600; font-size: 0.95rem; text-align: left; margin-bottom: 0.3rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; list-style: none; margin: 0 0 0.4rem; padding: 0; font-size: 0.82rem; }
.swatch { width: 22px; height: 8px; margin: 0 0.4rem 0.1rem 0; vertical-align: middle; }
.swatch.keys { width: 46px; margin-left: 0.4rem; }
figure > svg { display: block; width: 100%; height: auto; font: 11px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; font-variant-numeric: tabular-nums; }
svg text { fill: var(--quiet); }
svg text.axis, svg text.number { fill: var(--text); }
.grid { stroke: var(--line); fill: none; }
.zero { stroke: var(--quiet); fill: none; }
.diagonal { stroke: var(--quiet); stroke-dasharray: 2 4; fill: none; }
.line { fill: none; stroke: var(--c); stroke-width: 1.8; stroke-linejoin: round; }
.dots { fill: none; stroke: var(--c); stroke-width: 6; stroke-linecap: round; }
.faint { stroke-opacity: 0.5; }
.chosen { fill: var(--page); stroke: var(--c); stroke-width: 2.2; }
.bar { fill: var(--accent); }
.s0 { --c: var(--s0); } .s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); } .s4 { --c: var(--s4); }
.line.s1 { stroke-dasharray: 7 3; } .line.s2 { stroke-dasharray: 2 2.5; } .line.s3 { stroke-dasharray: 8 3 2 3; } .line.s4 { stroke-dasharray: 12 4; }
.v0 { --c: var(--v0); } .v1 { --c: var(--v1); } .v2 { --c: var(--v2); } .v3 { --c: var(--v3); } .v4 { --c: var(--v4); }
.dots[class*=" v"], .missing { stroke-width: 3.2; stroke-opacity: 0.85; }
.missing { --c: var(--text); }
.matrices { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: 1.75rem 2rem; }
.confusion { max-width: 24rem; border-collapse: separate; border-spacing: 3px; margin: 0; }
.confusion th, .confusion thead td { border: 0; padding: 0.3rem 0.4rem; font-size: 0.85rem; color: var(--quiet); font-weight: 400; vertical-align: middle; }
.confusion thead th { text-align: center; }
.confusion tbody td { border: 0; border-radius: 4px; text-align: center; padding: 0.8rem 0.4rem; width: 40%; }
.confusion b { font-weight: 600; font-size: 1.05rem; }
.confusion small { color: inherit; }
.right { background: color-mix(in srgb, var(--s0) calc(var(--share) * 0.28), var(--box)); }
.wrong { background: color-mix(in srgb, var(--s1) calc(var(--share) * 0.28), var(--box)); }
@media (max-width: 40rem) {
  main { padding-top: 1.75rem; }
  h1 { font-size: 1.6rem; }
  section { margin-top: 3rem; }
  th, td { padding-inline: 0.5rem; }
  .facts { grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 1fr)); gap: 0.9rem 1rem; }
  tbody th.text { min-width: 7.5rem; max-width: 9rem; white-space: normal; }
}
@media print {
  body { font-size: 10.5pt; }
  nav { display: none; }
  main { max-width: none; padding: 0; }
  section { margin-top: 2rem; }
  figure, tr, .warning, .confusion { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  details::details-content { content-visibility: visible; height: auto; }
  .wide { overflow: visible; }
}
`);
