import { Link } from "@tanstack/react-router";
import { Screen } from "../parts/screen.tsx";

export function Missing() {
  return (
    <Screen title="No such screen" lead="There is nothing at this address. The menu has everything that there is.">
      <p>
        <Link to="/">To the overview</Link>
      </p>
    </Screen>
  );
}
