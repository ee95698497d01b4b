// What consume needs of connected queues and nobody else may see.

import type { Backend, RawQueue } from "./backend.ts";
import type { JobName } from "./catalogue.ts";
import type { Queues } from "./queues.ts";

export interface Internals {
  backend: Backend;
  queue(name: JobName): RawQueue;
}

const known = new WeakMap<Queues, Internals>();

export function remember(queues: Queues, internals: Internals): Queues {
  known.set(queues, internals);
  return queues;
}

export function internalsOf(queues: Queues): Internals {
  const internals = known.get(queues);
  if (internals === undefined) throw new TypeError("these queues were not made by connectQueues");
  return internals;
}
