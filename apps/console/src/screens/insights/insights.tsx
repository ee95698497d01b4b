import { Screen } from "../../parts/screen.tsx";

export function Insights() {
  return (
    <Screen title="Sales and holidays" lead="How much more do we sell on holidays, and where?">
      {null}
    </Screen>
  );
}
