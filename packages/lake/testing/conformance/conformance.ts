// What must every lake guarantee, whatever keeps its objects? One suite that runs over a folder and over a bucket:
// nobody above may notice which one it is.
import { afterAll, afterEach, beforeAll, beforeEach, describe } from "vitest";
import type { LakeKit, TestZone } from "../lake-kits.ts";
import { checking } from "./checking.ts";
import { dying } from "./dying.ts";
import { naming } from "./naming.ts";
import { readingBack } from "./reading-back.ts";
import { takingIn } from "./taking-in.ts";

export interface Stage {
  kind: LakeKit["kind"];
  /** A new, empty zone for each test. */
  zone(): TestZone;
}

export function conformance(kind: LakeKit["kind"], open: () => Promise<LakeKit>): void {
  describe(`lake of kind ${kind}`, () => {
    let kit: LakeKit;
    let zone: TestZone;
    beforeAll(async () => {
      kit = await open();
    });
    afterAll(() => kit.close());
    beforeEach(async () => {
      zone = await kit.zone();
    });
    afterEach(() => zone.close());

    const stage: Stage = { kind, zone: () => zone };
    takingIn(stage);
    readingBack(stage);
    naming(stage);
    checking(stage);
    dying(stage);
  });
}
