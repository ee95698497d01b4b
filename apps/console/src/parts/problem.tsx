// How does a failure read? The server's own words, its code, and where in the input it points.
import { ProblemError } from "@almanac/client/problem";

export function Problem({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const problem = error instanceof ProblemError ? error : null;
  return (
    <div className="problem" role="alert">
      <h2>{problem?.title ?? "This page has a fault"}</h2>
      <p>{problem?.detail ?? (error instanceof Error ? error.message : String(error))}</p>
      {problem !== null && problem.errors.length > 0 ? (
        <ul className="stack small">
          {problem.errors.map(({ pointer, code, detail }) => (
            <li key={`${pointer} ${code} ${detail}`}>
              <code>{pointer}</code> {detail} <span className="soft">({code})</span>
            </li>
          ))}
        </ul>
      ) : null}
      <p className="row small">
        {problem === null ? null : (
          <span>
            <code>{problem.code}</code>
            {problem.requestId === undefined ? null : <> · request {problem.requestId}</>}
          </span>
        )}
        {retry === undefined ? null : (
          <button type="button" className="button small" onClick={retry}>
            Try again
          </button>
        )}
      </p>
    </div>
  );
}
