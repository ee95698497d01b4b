// Which screens are there, in which order, and for whom? A screen is shown to those who may ask what it shows.

export interface MenuEntry {
  to: string;
  label: string;
  /** The call without which the screen is of no use. */
  needs: string;
}

export const menu: readonly { label: string; entries: readonly MenuEntry[] }[] = [
  { label: "Today", entries: [{ to: "/", label: "Overview", needs: "listLocations" }] },
  {
    label: "Holidays",
    entries: [
      { to: "/holidays", label: "Calendar", needs: "getHolidays" },
      { to: "/versions", label: "Changes", needs: "getDiff" },
      { to: "/locations", label: "Locations", needs: "listLocations" },
    ],
  },
  {
    label: "Sales",
    entries: [
      { to: "/insights", label: "Sales and holidays", needs: "getDailyInsights" },
      { to: "/events", label: "Events", needs: "listEvents" },
      { to: "/loads", label: "Loads", needs: "listLoads" },
      { to: "/schemas", label: "Schemas", needs: "listSchemas" },
    ],
  },
  {
    label: "House",
    entries: [
      { to: "/data", label: "Catalogue", needs: "listDatasets" },
      { to: "/audit", label: "Audit", needs: "listAudit" },
      { to: "/runs", label: "Jobs", needs: "board" },
      { to: "/keys", label: "Keys", needs: "listKeys" },
      { to: "/reference", label: "API", needs: "getDocs" },
    ],
  },
];
