import { Screen } from "../../parts/screen.tsx";

export function Dataset() {
  return (
    <Screen title="Dataset" lead="What is this, and where does it come from?">
      {null}
    </Screen>
  );
}
