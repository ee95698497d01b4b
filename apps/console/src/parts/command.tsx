// A command line, and a button that copies it.
import { useState } from "react";

export interface CommandProps {
  text: string;
  label?: string;
  /** For those who hear the page; where several stand on one, each needs its own. */
  name?: string;
}

export function Command({ text, label = "Copy", name = "Command" }: CommandProps) {
  return (
    <div className="command">
      {/* Long ones scroll: whoever has no mouse must get there, too. */}
      <code tabIndex={0} role="region" aria-label={name}>
        {text}
      </code>
      <CopyButton text={text} label={label} />
    </div>
  );
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [said, say] = useState("");
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      say("Copied");
    } catch {
      say("Not allowed: select and copy");
    }
    setTimeout(() => say(""), 2_000);
  }
  return (
    <>
      <button type="button" className="button small quiet" onClick={() => void copy()}>
        {said === "" ? label : said}
      </button>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}
