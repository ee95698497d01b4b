import { Screen } from "../../parts/screen.tsx";

export function Runs() {
  return (
    <Screen title="Jobs" lead="What runs, what ran, and what went wrong?">
      {null}
    </Screen>
  );
}
