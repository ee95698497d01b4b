import fc from "fast-check";
import { expect, test } from "vitest";
import { html } from "./html.ts";

test("text is text, whatever it is made of; HTML is taken as it is", () => {
  const bold = html`<b title="${"\"><script>alert('x')</script>"}">${["a & b", html`<i>${1}</i>`]}</b>`;
  expect(bold.markup).toBe(
    '<b title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;">a &amp; b<i>1</i></b>',
  );
});

test("no text ends an element, an attribute or itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("<", ">", '"', "'", "&", "a", "m", "p", ";", "/", " ") }), (text) => {
      const { markup } = html`${text}`;
      expect(markup).not.toMatch(/[<>"']/);
      const back = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" } as Record<string, string>;
      expect(markup.replaceAll(/&(lt|gt|quot|#39|amp);/g, (escape) => back[escape]!)).toBe(text);
    }),
  );
});
