// One dataset between those that it comes from and those that it goes to: a drawing of lines beside two real lists.
import type { CatalogDataset, CatalogNeighbour } from "@almanac/client/contract";
import { Link } from "@tanstack/react-router";
import "./lineage-graph.css";

export function LineageGraph({ of }: { of: CatalogDataset }) {
  return (
    <div className="lineage-graph">
      <Side title="Comes from" neighbours={of.upstream} />
      <Lines count={of.upstream.length} />
      <strong className="lineage-self mono">{of.name}</strong>
      <Lines count={of.downstream.length} isOut />
      <Side title="Goes to" neighbours={of.downstream} />
    </div>
  );
}

function Side({ title, neighbours }: { title: string; neighbours: readonly CatalogNeighbour[] }) {
  return (
    <section>
      <h3>{title}</h3>
      {neighbours.length === 0 ? (
        <p className="soft small">Nothing here.</p>
      ) : (
        <ul>
          {neighbours.map(({ dataset, by }) => (
            <li key={dataset}>
              <Link to="/data/$dataset" params={{ dataset }} className="mono">
                {dataset}
              </Link>
              <span className="small soft">{by.join(", ")}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** From each neighbour's middle to the dataset's; stretched to the height of the list. */
function Lines({ count, isOut = false }: { count: number; isOut?: boolean }) {
  return (
    <svg className="lineage-lines" viewBox="0 0 40 100" preserveAspectRatio="none" aria-hidden="true">
      {Array.from({ length: count }, (_, place) => {
        const y = (100 * (place + 0.5)) / count;
        const [from, to] = isOut ? [50, y] : [y, 50];
        return <path key={place} d={`M0 ${from} C20 ${from} 20 ${to} 40 ${to}`} vectorEffect="non-scaling-stroke" />;
      })}
    </svg>
  );
}
