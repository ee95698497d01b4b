// The query behind numbers, to be run where somebody trusts it.
import { CopyButton } from "../../parts/command.tsx";

export function ShownSql({ of, sql }: { of: string; sql: string }) {
  return (
    <details>
      <summary>The SQL of {of}</summary>
      <div className="stack" style={{ marginTop: "var(--space-2)" }}>
        <pre tabIndex={0} data-sql={of}>
          {sql}
        </pre>
        <div className="row small soft">
          <CopyButton text={sql} label="Copy the SQL" /> It runs in psql, as a login of the role almanac_bi, and gives
          the same digits.
        </div>
      </div>
    </details>
  );
}
