// What keeps somebody from a screen? Each one light and dark, as wide as a desk and as narrow as a phone, looked at by axe;
// and nothing may stick out at the side. What others made and we frame (Bull Board, Swagger UI) is not looked into.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** `path width scheme: what is wrong`, for every path; nothing is loading any more when it is looked at. */
export async function barriersOn(page: Page, url: string, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const path of paths) {
      await page.goto(`${url}${path}`);
      await page.locator("main h1").waitFor();
      await expect.poll(() => page.locator(".loading").count()).toBe(0);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        const look = new AxeBuilder({ page }).setLegacyMode().exclude("iframe");
        // Between light and dark nothing differs but colours.
        if (colorScheme === "dark") look.withRules(["color-contrast"]);
        const { violations } = await look.analyze();
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
        const over = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
        if (over > 0) told.push(`${over} px too wide`);
        found.push(...told.map((what) => `${path} ${width} ${colorScheme} ${what}`));
      }
    }
  }
  return found;
}
