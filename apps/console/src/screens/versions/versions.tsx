import { Screen } from "../../parts/screen.tsx";

export function Versions() {
  return (
    <Screen title="Changes" lead="What changed between two syncs, and what waits for a decision?">
      {null}
    </Screen>
  );
}
