import { Screen } from "../../parts/screen.tsx";

export function Load() {
  return (
    <Screen title="Load" lead="What became of this file?">
      {null}
    </Screen>
  );
}
