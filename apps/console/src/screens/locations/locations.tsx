import { Screen } from "../../parts/screen.tsx";

export function Locations() {
  return (
    <Screen title="Locations" lead="What do we track, and is each in sync?">
      {null}
    </Screen>
  );
}
