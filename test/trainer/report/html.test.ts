import { expect, test } from "vitest";
import { html } from "../../../trainer/report/html.ts";

test("text is escaped in elements and attributes; markup of a template is not", () => {
  const name = `<script>alert("1 & 2")</script>'`;
  expect(html`<b title="${name}">${name}</b>`.text).toBe(
    '<b title="&#60;script&#62;alert(&#34;1 &#38; 2&#34;)&#60;/script&#62;&#39;">&#60;script&#62;alert(&#34;1 &#38; 2&#34;)&#60;/script&#62;&#39;</b>',
  );
  expect(html`<ul>${["<a>", "b"].map((each) => html`<li>${each}</li>`)}</ul>`.text).toBe("<ul><li>&#60;a&#62;</li><li>b</li></ul>");
});

test("null and false are nothing, zero is a figure", () => {
  expect(html`[${null}${false}${0}${[1, null, [2]]}]`.text).toBe("[012]");
});
