export function Loading({ what, lines = 4 }: { what: string; lines?: number }) {
  return (
    <div className="loading" role="status">
      <p className="visually-hidden">{what}: loading</p>
      {Array.from({ length: lines }, (_, place) => (
        <span key={place} style={{ width: `${90 - place * 14}%` }} />
      ))}
    </div>
  );
}
