// Which path shows what? A screen's code comes when it is first looked at; its state is in the URL.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Frame } from "./frame/frame.tsx";
import { Missing } from "./frame/missing.tsx";
import { parseSearch, type Search, stringifySearch } from "./frame/search.ts";
import { Loading } from "./parts/loading.tsx";
import { Problem } from "./parts/problem.tsx";

const root = createRootRoute({ component: Frame, notFoundComponent: Missing });

/** What a screen may find in the URL is the screen's business: it reads it by frame/search.ts. */
const validateSearch = (search: Record<string, unknown>): Search => search as Search;

const parent = { getParentRoute: () => root, validateSearch };

const routeTree = root.addChildren([
  createRoute({
    ...parent,
    path: "/",
    component: lazyRouteComponent(() => import("./screens/overview/overview.tsx"), "Overview"),
  }),
  createRoute({
    ...parent,
    path: "/sign-in",
    component: lazyRouteComponent(() => import("./frame/sign-in.tsx"), "SignIn"),
  }),
  createRoute({
    ...parent,
    path: "/holidays",
    component: lazyRouteComponent(() => import("./screens/holidays/holidays.tsx"), "Holidays"),
  }),
  createRoute({
    ...parent,
    path: "/versions",
    component: lazyRouteComponent(() => import("./screens/versions/versions.tsx"), "Versions"),
  }),
  createRoute({
    ...parent,
    path: "/locations",
    component: lazyRouteComponent(() => import("./screens/locations/locations.tsx"), "Locations"),
  }),
  createRoute({
    ...parent,
    path: "/insights",
    component: lazyRouteComponent(() => import("./screens/insights/insights.tsx"), "Insights"),
  }),
  createRoute({
    ...parent,
    path: "/events",
    component: lazyRouteComponent(() => import("./screens/events/events.tsx"), "Events"),
  }),
  createRoute({
    ...parent,
    path: "/events/$eventId",
    component: lazyRouteComponent(() => import("./screens/events/event.tsx"), "Event"),
  }),
  createRoute({
    ...parent,
    path: "/loads",
    component: lazyRouteComponent(() => import("./screens/loads/loads.tsx"), "Loads"),
  }),
  createRoute({
    ...parent,
    path: "/loads/$loadId",
    component: lazyRouteComponent(() => import("./screens/loads/load.tsx"), "Load"),
  }),
  createRoute({
    ...parent,
    path: "/schemas",
    component: lazyRouteComponent(() => import("./screens/schemas/schemas.tsx"), "Schemas"),
  }),
  createRoute({
    ...parent,
    path: "/schemas/$eventType",
    component: lazyRouteComponent(() => import("./screens/schemas/schema.tsx"), "Schema"),
  }),
  createRoute({
    ...parent,
    path: "/data",
    component: lazyRouteComponent(() => import("./screens/data/data.tsx"), "Data"),
  }),
  createRoute({
    ...parent,
    path: "/data/$dataset",
    component: lazyRouteComponent(() => import("./screens/data/dataset.tsx"), "Dataset"),
  }),
  createRoute({
    ...parent,
    path: "/audit",
    component: lazyRouteComponent(() => import("./screens/audit/audit.tsx"), "Audit"),
  }),
  createRoute({
    ...parent,
    path: "/runs",
    component: lazyRouteComponent(() => import("./screens/runs/runs.tsx"), "Runs"),
  }),
  createRoute({
    ...parent,
    path: "/keys",
    component: lazyRouteComponent(() => import("./screens/keys/keys.tsx"), "Keys"),
  }),
  createRoute({
    ...parent,
    path: "/reference",
    component: lazyRouteComponent(() => import("./screens/reference/reference.tsx"), "Reference"),
  }),
]);

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultPendingMs: 150,
  defaultPendingComponent: () => <Loading what="This screen" />,
  defaultErrorComponent: ({ error, reset }) => <Problem error={error} retry={reset} />,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
