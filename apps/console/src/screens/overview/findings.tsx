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
        {[...Map.groupBy(findings, ({ code }) => code)].map(([code, alike]) => (
          <li key={code} className={`finding ${tones[alike[0]!.severity]}`}>
            <Alike findings={alike} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Findings of one code, which are mended alike. */
function Alike({ findings }: { findings: readonly Finding[] }) {
  const { severity, code, mending } = findings[0]!;
  return (
    <>
      <div className="row">
        <Badge tone={tones[severity]}>{severity}</Badge>
        <code className="soft">{code}</code>
        <span className="soft">{mending.detail}</span>
      </div>
      <ul className="finding-list">
        {findings.map((finding) => (
          <li key={finding.detail}>
            <One finding={finding} />
          </li>
        ))}
      </ul>
    </>
  );
}

function One({ finding: { detail, mending } }: { finding: Finding }) {
  return (
    <>
      <strong>{detail}</strong>
      <div className="row">
        {/* A plain link: the api names screens by their address, query and all. */}
        {mending.screen === null ? null : (
          <a className="button small" href={mending.screen} aria-label={`Go there: ${detail}`}>
            Go there
          </a>
        )}
        {mending.command === null ? null : <Command text={mending.command} name={`Command: ${detail}`} />}
      </div>
    </>
  );
}
