// Made-up sales are called so on every screen.
import { useQuery } from "@tanstack/react-query";

async function isDemo(): Promise<boolean> {
  const answer = await fetch("/healthz");
  const told = (await answer.json()) as { demo?: boolean };
  return told.demo === true;
}

export function DemoBanner() {
  const { data } = useQuery({ queryKey: ["demo"], queryFn: isDemo, staleTime: Number.POSITIVE_INFINITY });
  if (data !== true) return null;
  return (
    <aside className="demo-banner" aria-label="Demo">
      Demo: synthetic sales over real holidays. No visitor here exists.
    </aside>
  );
}
