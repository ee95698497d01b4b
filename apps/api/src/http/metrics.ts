// Prometheus metrics of this process: Node's own, and how often and how long each route was answered.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

export interface RequestMetrics {
  /** `route` is a pattern such as /v1/keys/{key_id}, never a path: labels must stay few. */
  observe(method: string, route: string, status: number, seconds: number): void;
  /** A body was taken in; `alreadyLoaded` when it had been before. */
  countLoad(dataset: string, bytes: number, alreadyLoaded: boolean): void;
  /** What came of events that were posted. */
  countEvents(outcomes: readonly string[]): void;
  readonly registry: Registry;
}

export function createMetrics(): RequestMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "almanac_api_" });
  const durations = new Histogram({
    name: "almanac_http_request_duration_seconds",
    help: "How long requests took, by route pattern.",
    labelNames: ["method", "route"],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60],
    registers: [registry],
  });
  const requests = new Counter({
    name: "almanac_http_requests_total",
    help: "Requests answered, by route pattern and status.",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  const loads = new Counter({
    name: "almanac_loads_accepted_total",
    help: "Bodies taken in by this process, by dataset and whether they had been taken before.",
    labelNames: ["dataset", "already_loaded"],
    registers: [registry],
  });
  const loadBytes = new Counter({
    name: "almanac_load_bytes_total",
    help: "Bytes of bodies taken in by this process, content encoding undone.",
    labelNames: ["dataset"],
    registers: [registry],
  });
  const events = new Counter({
    name: "almanac_events_posted_total",
    help: "Events posted to this process, by what came of them.",
    labelNames: ["outcome"],
    registers: [registry],
  });
  const started = new Gauge({
    name: "almanac_process_started_seconds",
    help: "When this process started, in Unix time.",
    registers: [registry],
  });
  started.set(performance.timeOrigin / 1_000);
  // Child metrics are looked up once per combination: hashing labels costs more than counting.
  const children = new Map<string, { duration: Histogram.Internal<string>; count: Counter.Internal }>();
  return {
    registry,
    observe(method, route, status, seconds) {
      const name = `${method} ${route} ${status}`;
      let child = children.get(name);
      if (child === undefined) {
        child = { duration: durations.labels(method, route), count: requests.labels(method, route, String(status)) };
        children.set(name, child);
      }
      child.duration.observe(seconds);
      child.count.inc();
    },
    countLoad(dataset, bytes, alreadyLoaded) {
      loads.inc({ dataset, already_loaded: String(alreadyLoaded) });
      loadBytes.inc({ dataset }, bytes);
    },
    countEvents(outcomes) {
      outcomes.forEach((outcome) => events.inc({ outcome }));
    },
  };
}
