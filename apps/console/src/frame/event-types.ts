// The types of events that are registered, for whoever lists them or lets one be chosen.
import { read } from "@almanac/client/read";
import { useQuery } from "@tanstack/react-query";
import { api } from "../api.ts";

export function useEventTypes() {
  return useQuery({ queryKey: ["schemas"], queryFn: () => read(api.v1.schemas.$get()) });
}
