import { Screen } from "../../parts/screen.tsx";

export function Keys() {
  return (
    <Screen title="Keys" lead="Who may do what?">
      {null}
    </Screen>
  );
}
