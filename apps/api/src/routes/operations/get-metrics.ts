// GET /metrics: what this process counted, for Prometheus.
import { bytes } from "../../http/answer.ts";
import type { RequestMetrics } from "../../http/metrics.ts";
import { type AnyRoute, defineRoute } from "../../http/route.ts";

export function getMetrics({ registry }: RequestMetrics): AnyRoute {
  return defineRoute({
    operationId: "getMetrics",
    method: "get",
    path: "/metrics",
    tag: "Operations",
    summary: "Metrics for Prometheus",
    answers: {
      200: {
        description: "The text exposition format.",
        media: {
          "text/plain": { example: 'almanac_http_requests_total{method="GET",route="/healthz",status="200"} 3' },
        },
      },
    },
    handle: async () => bytes(200, await registry.metrics(), registry.contentType),
  });
}
