import { Screen } from "../../parts/screen.tsx";

export function Audit() {
  return (
    <Screen title="Audit" lead="Who changed what, when and why?">
      {null}
    </Screen>
  );
}
