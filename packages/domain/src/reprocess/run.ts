// What a reprocess run may be, and the states that it can be in.

export const selections = ["outdated", "failed", "all"] as const;
/** Which events: of a lower schema version, those that an earlier run could not interpret, or all. */
export type Selection = (typeof selections)[number];

export const runModes = ["preview", "publish"] as const;
/** Whether it only tells what would change, or changes it. */
export type RunMode = (typeof runModes)[number];

export const runTriggers = ["api", "schema", "schedule", "job"] as const;
export type RunTrigger = (typeof runTriggers)[number];

export const runStatuses = ["queued", "running", "paused", "succeeded", "partial", "failed", "cancelled"] as const;
/** `partial`: some events could not be interpreted; they stay as they are. */
export type RunStatus = (typeof runStatuses)[number];

/** Reasons of rejects that a newer registry may cure. */
export const curableCodes = ["event.type_unknown", "event.schema_version_unknown", "event.schema_violation"] as const;
