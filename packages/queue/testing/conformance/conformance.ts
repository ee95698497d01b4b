// What every backend of the queue must do. Run over Postgres and over Redis: nobody above may notice which one it is.
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import type { BackendKit, TestBackend } from "../backends.ts";
import { type Desk, openDesk } from "../desk.ts";
import { adding } from "./adding.ts";
import { dyingAndShuttingDown } from "./dying.ts";
import { failing } from "./failing.ts";
import { fanningOut } from "./fanning-out.ts";
import { keeping } from "./keeping.ts";
import { losingTheBackend } from "./losing.ts";
import { schedules } from "./schedules.ts";

export interface Stage {
  kit: BackendKit;
  backend(): TestBackend;
  /** Queues of the test's own, on the suite's backend or on one of the test's; closed after the test. */
  open(url?: string): Promise<Desk>;
  /** Closes them before that. */
  close(): Promise<void>;
}

export function conformance(kit: BackendKit): void {
  describe(`queue on ${kit.kind}`, () => {
    let backend: TestBackend;
    let desk: Desk | undefined;
    const stage: Stage = {
      kit,
      backend: () => backend,
      open: async (url = backend.url) => (desk = await openDesk(url)),
      async close() {
        await desk?.close();
        desk = undefined;
      },
    };
    beforeAll(async () => void (backend = await kit.start()));
    afterAll(() => backend?.close());
    afterEach(() => stage.close());

    adding(stage);
    failing(stage);
    keeping(stage);
    fanningOut(stage);
    schedules(stage);
    dyingAndShuttingDown(stage);
    losingTheBackend(stage);
  });
}
