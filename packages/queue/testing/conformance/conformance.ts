// What every backend of the queue must do. Run over Postgres and over Redis: nobody above may notice which one it is.
import { afterAll, beforeAll, describe, type TestContext } from "vitest";
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
  open(context: TestContext, url?: string): Promise<Desk>;
}

export function conformance(kit: BackendKit): void {
  describe(`queue on ${kit.kind}`, () => {
    let backend: TestBackend;
    const stage: Stage = {
      kit,
      backend: () => backend,
      async open({ onTestFinished }, url = backend.url) {
        const desk = await openDesk(url);
        onTestFinished(() => desk.close());
        return desk;
      },
    };
    beforeAll(async () => void (backend = await kit.start()));
    afterAll(() => backend?.close());

    adding(stage);
    keeping(stage);
    fanningOut(stage);
    // Side by side: they mostly wait, for locks to run out, for delays and for slots. Each has a prefix of its own.
    describe.concurrent("what takes time", () => {
      failing(stage);
      schedules(stage);
      dyingAndShuttingDown(stage);
    });
    losingTheBackend(stage);
  });
}
