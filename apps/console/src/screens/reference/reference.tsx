// Every call, to try: the api's own documentation in a frame, signed in as whoever looks.
import { Screen } from "../../parts/screen.tsx";

export function Reference() {
  return (
    <Screen
      title="API"
      lead="Every call, to try as whoever is signed in here."
      actions={
        <>
          <a className="button" href="/openapi.json">
            OpenAPI 3.1
          </a>
          <a className="button" href="/docs">
            Whole page
          </a>
        </>
      }
    >
      <iframe className="whole" src="/docs" title="API documentation" />
    </Screen>
  );
}
