import { Screen } from "../../parts/screen.tsx";

export function Holidays() {
  return (
    <Screen title="Calendar" lead="Which days are holidays, as we knew it on any day?">
      {null}
    </Screen>
  );
}
