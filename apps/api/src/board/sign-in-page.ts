// The page that asks for an API key: one form, no script.
import type { Principal } from "../access/principal.ts";
import { pagePolicy } from "../docs/pages.ts";
import { bytes, type BytesAnswer } from "../http/answer.ts";

export function signInPage(status: number, problem: string | null, signedIn: Principal | null): BytesAnswer<number> {
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Almanac jobs: sign in</title>
<link rel="icon" href="data:,">
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 4rem auto; padding: 0 1rem; }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
input, button { margin-top: 0.5rem; padding: 0.5rem; }
[role="alert"] { color: #a40000; }
</style>
</head>
<body>
<main>
<h1>Almanac jobs</h1>
${signedIn === null ? form(problem) : signedInAs()}
</main>
</body>
</html>
`;
  return bytes(status, page, "text/html; charset=utf-8", {
    headers: { "content-security-policy": pagePolicy, "cache-control": "no-store" },
  });
}

function form(problem: string | null): string {
  return `${problem === null ? "" : `<p role="alert">${problem}</p>\n`}<form method="post" action="/jobs/sign-in">
<label for="key">API key of an operator</label>
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
<button type="submit">Sign in</button>
</form>`;
}

function signedInAs(): string {
  return `<p>You are signed in. <a href="/jobs">To the jobs</a></p>
<form method="post" action="/jobs/sign-out"><button type="submit">Sign out</button></form>`;
}
