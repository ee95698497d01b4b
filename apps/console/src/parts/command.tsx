// A command line, and a button that copies it.
import { useState } from "react";

export function Command({ text, label = "Copy" }: { text: string; label?: string }) {
  return (
    <div className="command">
      {/* Long ones scroll: whoever has no mouse must get there, too. */}
      <code tabIndex={0} role="region" aria-label="Command">
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
