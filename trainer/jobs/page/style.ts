import { Html } from "../../report/html.ts";

/** What pages of jobs have beside the style of all reports. */
export const jobStyle = new Html(`
.lead { font-size: 1.1rem; max-width: 46rem; }
.calm { border-left: 4px solid var(--s2); background: var(--box); padding: 0.7rem 1.1rem; max-width: 52rem; border-radius: 0 4px 4px 0; }
.alerts ul { list-style: none; margin: 0; padding: 0; }
.alerts li { margin: 0.4rem 0; padding-left: 5.2rem; text-indent: -5.2rem; }
.alerts .kind { width: 4.8rem; text-align: center; text-indent: 0; }
.charts > div > h3 { margin-top: 0; }
.tiles { margin-top: 1.75rem; }
.tiles dd { font-size: 1.35rem; font-weight: 600; line-height: 1.35; letter-spacing: -0.01em; }
@media (max-width: 40rem) {
  .alerts li { padding-left: 0; text-indent: 0; }
  .alerts .kind { width: auto; }
  .tiles dd { font-size: 1.1rem; }
}
.flagged { color: var(--warn); font-weight: 600; }
.cell { stroke: var(--page); stroke-width: 1; }
.h0 { fill: color-mix(in srgb, var(--accent) 6%, var(--page)); } .h1 { fill: color-mix(in srgb, var(--accent) 20%, var(--page)); }
.h2 { fill: color-mix(in srgb, var(--accent) 38%, var(--page)); } .h3 { fill: color-mix(in srgb, var(--accent) 58%, var(--page)); }
.h4 { fill: color-mix(in srgb, var(--accent) 80%, var(--page)); } .h5 { fill: var(--accent); }
.n1 { fill: color-mix(in srgb, var(--s1) 20%, var(--page)); } .n2 { fill: color-mix(in srgb, var(--s1) 38%, var(--page)); }
.n3 { fill: color-mix(in srgb, var(--s1) 58%, var(--page)); } .n4 { fill: color-mix(in srgb, var(--s1) 80%, var(--page)); } .n5 { fill: var(--s1); }
.none { fill: var(--box); }
`);
