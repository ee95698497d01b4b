// An instant, in UTC and named so; how long ago stands in its title.
import { ago, instantText } from "../frame/words.ts";

export function When({
  at,
  none = "never",
  relative = false,
}: {
  at: string | null | undefined;
  none?: string;
  relative?: boolean;
}) {
  if (at === null || at === undefined) return <span className="soft">{none}</span>;
  const [shown, title] = relative ? [ago(at, Date.now()), instantText(at)] : [instantText(at), ago(at, Date.now())];
  return (
    <time dateTime={at} title={title} className="nowrap">
      {shown}
    </time>
  );
}
