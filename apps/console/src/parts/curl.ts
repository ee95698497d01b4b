// The call behind a screen as a command line: what is seen here can be had in a terminal.

/** `path` with its query, under `origin`; whoever pastes it puts the key in. */
export function curlOf(
  origin: string,
  path: string,
  { method = "GET", body }: { method?: string; body?: string } = {},
) {
  const parts = [
    "curl",
    ...(method === "GET" ? [] : ["-X", method]),
    "-H",
    '"Authorization: Bearer $ALMANAC_KEY"',
    ...(body === undefined ? [] : ["-H", quoted("Content-Type: application/json"), "-d", quoted(body)]),
    quoted(`${origin}${path}`),
  ];
  return parts.join(" ");
}

/** For a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
