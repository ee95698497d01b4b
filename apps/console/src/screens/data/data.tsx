import { Screen } from "../../parts/screen.tsx";

export function Data() {
  return (
    <Screen title="Catalogue" lead="What data is there, and what does it mean?">
      {null}
    </Screen>
  );
}
