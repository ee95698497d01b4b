// What stands around every screen: the menu, who is signed in, and a way past both to the content.
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { DemoBanner } from "./demo-banner.tsx";
import { menu } from "./menu.ts";
import { useSession } from "./session.ts";
import { ThemeChoice } from "./theme.tsx";
import { Who } from "./who.tsx";

export function Frame() {
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const [isOpen, open] = useState(false);
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    open(false);
    // Whoever hears the page is told that it is another one.
    main.current?.focus();
  }, [pathname]);
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <DemoBanner />
      <div className="frame">
        <header className="topbar">
          <Brand />
          <button
            type="button"
            className="button small"
            aria-expanded={isOpen}
            aria-controls="side"
            onClick={() => open(!isOpen)}
          >
            Menu
          </button>
        </header>
        <aside className={isOpen ? "side open" : "side"} id="side" aria-label="Menu and session">
          <Brand />
          <Menu />
          <div className="who">
            <Who />
            <ThemeChoice />
          </div>
        </aside>
        <main className="screen" id="content" ref={main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </>
  );
}

function Brand() {
  return (
    <Link to="/" className="brand">
      <svg width="20" height="20" viewBox="0 0 16 16" aria-hidden="true">
        <rect x="1" y="2" width="14" height="13" rx="2.5" fill="var(--accent)" />
        <rect x="3" y="6" width="10" height="7" rx="1" fill="var(--surface)" />
        <rect x="8.5" y="9" width="3" height="3" rx=".6" fill="var(--holiday)" />
      </svg>
      Almanac
    </Link>
  );
}

function Menu() {
  const { may } = useSession();
  return (
    <nav className="menu" aria-label="Screens">
      {menu
        .map(({ label, entries }) => ({ label, entries: entries.filter(({ needs }) => may(needs)) }))
        .filter(({ entries }) => entries.length > 0)
        .map(({ label, entries }) => (
          <section key={label} aria-label={label}>
            <h2>{label}</h2>
            <ul>
              {entries.map(({ to, label }) => (
                <li key={to}>
                  <Link to={to} activeOptions={{ exact: to === "/", includeSearch: false }}>
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
    </nav>
  );
}
