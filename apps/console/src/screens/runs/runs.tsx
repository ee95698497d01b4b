// What runs, what ran, and what went wrong? Our own tables, which never forget, beside the board of the queue, which does.
import { useState } from "react";
import { Needs } from "../../parts/needs.tsx";
import { Screen } from "../../parts/screen.tsx";
import { RunSearch } from "./run-search.tsx";

export function Runs() {
  return (
    <Screen
      title="Jobs"
      lead="What runs, what ran, and what went wrong?"
      actions={
        <a className="button" href="/jobs">
          The board alone
        </a>
      }
    >
      <Needs operation="board">
        <Board />
        <RunSearch />
      </Needs>
    </Screen>
  );
}

/** The board is a program of its own and asks for much: it comes when somebody wants it. */
function Board() {
  const [isOpen, open] = useState(false);
  return (
    <details className="card" onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>The queue's board: what waits, runs and failed just now</summary>
      {isOpen ? <iframe className="whole" src="/jobs" title="The queue's board" /> : null}
    </details>
  );
}
