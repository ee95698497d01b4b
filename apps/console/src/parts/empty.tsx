// Nothing here yet: why, and the next step as a command that can be copied.
import type { ReactNode } from "react";
import { Command } from "./command.tsx";

export function Empty({ title, children, command }: { title: string; children?: ReactNode; command?: string }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children === undefined ? null : <p>{children}</p>}
      {command === undefined ? null : <Command text={command} />}
    </div>
  );
}
