// The head of every screen: its name, the question that it answers, what can be done with all of it.
import { type ReactNode, useEffect } from "react";

export function Screen({
  title,
  lead,
  actions,
  children,
}: {
  title: string;
  lead: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Almanac`;
  }, [title]);
  return (
    <>
      <div className="screen-head">
        <div>
          <h1>{title}</h1>
          <p className="lead">{lead}</p>
        </div>
        {actions === undefined ? null : <div className="row">{actions}</div>}
      </div>
      {children}
    </>
  );
}
