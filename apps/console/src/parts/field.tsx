// A labelled control. The control is the child; its label is around it.
import type { ReactNode } from "react";

export function Field({ label, hint, children }: { label: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <label className="field">
      <span>
        {label}
        {hint === undefined ? null : <span className="hint"> · {hint}</span>}
      </span>
      {children}
    </label>
  );
}
