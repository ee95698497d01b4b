import { Screen } from "../../parts/screen.tsx";

export function Overview() {
  return (
    <Screen title="Overview" lead="Is everything fresh and correct?">
      {null}
    </Screen>
  );
}
