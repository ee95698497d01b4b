// The server is a process of its own and would outlive a killed parent. A shell waits on a pipe whose other end only
// this process holds: when it closes, in whatever way this process ended, the server is told to stop.
import { spawn } from "node:child_process";

// $1 server, $2 its cluster, $3 a folder to remove afterwards or nothing. The server's lock file is what proves that
// the process id is still the server's.
const script = `
trap '' INT TERM HUP
read -r line
[ "$(head -n 1 "$2/postmaster.pid" 2>/dev/null)" = "$1" ] && kill -INT "$1"
[ -z "$3" ] && exit
while kill -0 "$1" 2>/dev/null; do sleep 0.1; done
rm -rf -- "$3"
`;

/** Starts the watch; the returned function ends it without doing anything to the server. */
export function watchOver(serverPid: number, cluster: string, removeAfterwards: string | undefined): () => void {
  const shell = spawn("/bin/sh", ["-c", script, "sh", String(serverPid), cluster, removeAfterwards ?? ""], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // A missing shell costs the net, not the start.
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return () => {
    shell.kill("SIGKILL");
    shell.stdin.destroy();
  };
}
