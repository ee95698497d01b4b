import { Screen } from "../../parts/screen.tsx";

export function Events() {
  return (
    <Screen title="Events" lead="What happened at the checkouts?">
      {null}
    </Screen>
  );
}
