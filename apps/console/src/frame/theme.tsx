// Light, dark, or as the machine has it; remembered on this machine.
import { useState } from "react";

const themes = ["system", "light", "dark"] as const;
type Theme = (typeof themes)[number];
const place = "almanac.theme";

function stored(): Theme {
  const known = localStorage.getItem(place);
  return themes.find((theme) => theme === known) ?? "system";
}

/** Called once before anything is drawn. */
export function applyTheme(theme: Theme = stored()): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function ThemeChoice() {
  const [theme, choose] = useState(stored);
  return (
    <label>
      <span className="visually-hidden">Colours</span>
      <select
        value={theme}
        onChange={({ target }) => {
          const chosen = target.value as Theme;
          localStorage.setItem(place, chosen);
          applyTheme(chosen);
          choose(chosen);
          // Canvas charts draw with the colours that they read.
          dispatchEvent(new Event("almanac:theme"));
        }}
      >
        <option value="system">Colours of the system</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
