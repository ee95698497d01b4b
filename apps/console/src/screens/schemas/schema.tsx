import { Screen } from "../../parts/screen.tsx";

export function Schema() {
  return (
    <Screen title="Schema" lead="What will change if I run this?">
      {null}
    </Screen>
  );
}
