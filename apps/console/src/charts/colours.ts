// What a canvas draws with: the tokens as they are now, light or dark.

/** A token's colour, resolved: `rgb(11, 95, 89)`. */
export function colourOf(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Calls back when light becomes dark, or dark light; returns how to stop it. */
export function onThemeChange(changed: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  addEventListener("almanac:theme", changed);
  system.addEventListener("change", changed);
  return () => {
    removeEventListener("almanac:theme", changed);
    system.removeEventListener("change", changed);
  };
}
