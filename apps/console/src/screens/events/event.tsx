import { Screen } from "../../parts/screen.tsx";

export function Event() {
  return (
    <Screen title="Event" lead="What is this event now, and what was it before?">
      {null}
    </Screen>
  );
}
