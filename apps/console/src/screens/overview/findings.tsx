// What is wrong or needs somebody, the gravest first; each leads to its mending, on a screen and as a command.
import type { Finding, Status } from "@almanac/client/contract";
import { Badge } from "../../parts/badge.tsx";
import { Command } from "../../parts/command.tsx";
import "./findings.css";

const tones = { problem: "bad", warning: "warn", note: "note" } as const;

export function Findings({ status: { findings, ready } }: { status: Status }) {
  if (findings.length === 0 && ready) {
    return <p className="notice good">Everything is fresh and correct.</p>;
  }
  const isFine = ready && findings.every(({ severity }) => severity === "note");
  return (
    <section className="stack" aria-label="Findings">
      {isFine ? <p className="notice good">Everything is fresh and correct. Worth knowing:</p> : null}
      <ul className="findings">
        {findings.map((finding) => (
          <li key={`${finding.code} ${finding.detail}`} className={`finding ${tones[finding.severity]}`}>
            <One finding={finding} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ finding: { severity, code, detail, mending } }: { finding: Finding }) {
  return (
    <>
      <div className="row">
        <Badge tone={tones[severity]}>{severity}</Badge>
        <strong>{detail}</strong>
        <code className="soft">{code}</code>
      </div>
      <p className="soft">{mending.detail}</p>
      <div className="row">
        {/* A plain link: the api names screens by their address, query and all. */}
        {mending.screen === null ? null : (
          <a className="button small" href={mending.screen}>
            Go there
          </a>
        )}
        {mending.command === null ? null : <Command text={mending.command} name={`Command: ${detail}`} />}
      </div>
    </>
  );
}
