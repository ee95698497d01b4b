import { Screen } from "../../parts/screen.tsx";

export function Loads() {
  return (
    <Screen title="Loads" lead="Did my file arrive, and what was refused?">
      {null}
    </Screen>
  );
}
