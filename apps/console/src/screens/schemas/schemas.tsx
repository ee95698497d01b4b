import { Screen } from "../../parts/screen.tsx";

export function Schemas() {
  return (
    <Screen title="Schemas" lead="What must an event look like?">
      {null}
    </Screen>
  );
}
