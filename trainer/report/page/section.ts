import { html, type Content, type Html } from "../html.ts";

/** A part of the page under a heading, which the page's index leads to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Content;
}

export function sectionHtml({ id, title, content }: Section): Html {
  return html`<section id="${id}"><h2>${title}</h2>${content}</section>`;
}

/** A sentence in the place of what a report does not have. */
export function absent(sentence: string): Html {
  return html`<p class="absent">${sentence}</p>`;
}

export interface Column<Row> {
  readonly head: Content;
  readonly cell: (row: Row) => Content;
  /** Text stands left, figures right. */
  readonly isText?: boolean;
}

/** Tables of more columns are set closer. */
const MOST_WIDE = 8;

/** A table that scrolls in a box of its own where it is wider than the page; each row's first cell is its heading. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], label: string): Html {
  const side = ({ isText = false }: Column<Row>) => (isText ? "text" : "figure");
  const heads = columns.map((column) => html`<th scope="col" class="${side(column)}">${column.head}</th>`);
  const lines = rows.map((row) => html`<tr>${columns.map((column, i) => (i === 0 ? html`<th scope="row" class="${side(column)}">${column.cell(row)}</th>` : html`<td class="${side(column)}">${column.cell(row)}</td>`))}</tr>`);
  return html`<div class="wide" role="region" aria-label="${label}" tabindex="0"><table${columns.length > MOST_WIDE && html` class="close"`}><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table></div>`;
}

/** Longer tables are folded away. */
const MOST_OPEN = 12;

/** {@link table}, behind a line to open it where it is long. */
export function foldedTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], label: string): Html {
  return rows.length <= MOST_OPEN ? html`<h3>${label}</h3>${table(rows, columns, label)}` : html`<details><summary>${label} (${rows.length})</summary>${table(rows, columns, label)}</details>`;
}

/** Charts side by side, as many as there is room for. */
export function charts(...all: readonly (Html | null)[]): Html {
  return html`<div class="charts">${all}</div>`;
}
