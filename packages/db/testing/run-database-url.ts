// What a test file is told about the run's database server.

export interface RunDatabase {
  /** A superuser's connection to the server. */
  url: string;
}

/** The migrated database that test databases are copied from. */
export const template = "almanac_template";

/** The same server, another database. */
export function onDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
