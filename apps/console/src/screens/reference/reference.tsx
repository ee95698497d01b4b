import { Screen } from "../../parts/screen.tsx";

export function Reference() {
  return (
    <Screen title="API" lead="Every call, to try.">
      {null}
    </Screen>
  );
}
