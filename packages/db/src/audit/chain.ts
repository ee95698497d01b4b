// Is the audit what was written? Its chain page by page: every page is one statement that hashes its entries again, so that
// a million of them take constant memory and no statement lasts long.
import type { Queryable } from "../database.ts";

/** The end of the chain. Hashes are hex, lower case. */
export interface AuditHead {
  chainId: string;
  /** Number of the newest entry; 0 before the first. */
  seq: number;
  hash: string;
}

/**
 * Why the chain is broken there. `missing`: the entry, or its link, is gone. `changed`: entry or link is not what it was, or
 * stands in another place. `unchained`: an entry that came past the chain. `head_differs`: the end is not where it was.
 */
export type ChainFault = "missing" | "changed" | "unchained" | "head_differs";

export interface BrokenLink {
  /** Null for an entry that has no place in the chain. */
  seq: number | null;
  auditId: number | null;
  reason: ChainFault;
}

export interface ChainCheck {
  /** Entries that were compared, up to the first bad one. */
  checked: number;
  firstBad: BrokenLink | null;
  head: AuditHead;
}

export async function readAuditHead(database: Queryable): Promise<AuditHead> {
  const { rows } = await database.query<{ chain_id: string; seq: number; hash: string }>(
    "select chain_id, seq::float8 as seq, encode(hash, 'hex') as hash from audit_head",
  );
  const row = rows[0]!;
  return { chainId: row.chain_id, seq: row.seq, hash: row.hash };
}

const linksAPage = 5_000;

/** Compares every entry up to the head as it is now with its link, then the entries with the chain. Stops at the first fault. */
export async function checkAuditChain(database: Queryable, pageOf: number = linksAPage): Promise<ChainCheck> {
  const { head, last, origin } = await readEnds(database);
  let at: PageStart = { seq: 0, hash: origin };
  let checked = 0;
  while (at.seq < head.seq) {
    const page = await checkPage(database, at, { upTo: head.seq, limit: pageOf });
    checked += page.checked;
    if (page.firstBad !== null) return { checked, firstBad: page.firstBad, head };
    // What the head counts is not there any more.
    if (page.end === null) break;
    at = page.end;
  }
  return { checked, firstBad: faultAtEnd({ head, last, at }) ?? (await findUnchained(database, pageOf)), head };
}

/** Both ends of the chain at one moment. */
async function readEnds(database: Queryable): Promise<{ head: AuditHead; last: number; origin: string }> {
  const { rows } = await database.query<{ chain_id: string; seq: number; hash: string; last: number; origin: string }>(
    `select h.chain_id, h.seq::float8 as seq, encode(h.hash, 'hex') as hash,
       encode(audit_origin(h.chain_id), 'hex') as origin,
       coalesce((select max(seq) from audit_chain), 0)::float8 as last
     from audit_head h`,
  );
  const row = rows[0];
  // Without a head there is nothing that the chain could end at.
  if (row === undefined) return { head: { chainId: "", seq: 0, hash: "" }, last: 1, origin: "" };
  return { head: { chainId: row.chain_id, seq: row.seq, hash: row.hash }, last: row.last, origin: row.origin };
}

function faultAtEnd({ head, last, at }: { head: AuditHead; last: number; at: PageStart }): BrokenLink | null {
  if (at.seq < head.seq) return { seq: at.seq + 1, auditId: null, reason: "missing" };
  if (last > head.seq || at.hash !== head.hash) {
    return { seq: Math.min(last, head.seq + 1), auditId: null, reason: "head_differs" };
  }
  return null;
}

interface PageStart {
  seq: number;
  hash: string;
}

async function checkPage(database: Queryable, start: PageStart, page: { upTo: number; limit: number }) {
  const { rows } = await database.query<{
    checked: number;
    end_seq: number | null;
    end_hash: string | null;
    bad_seq: number | null;
    bad_audit_id: number | null;
    bad_reason: ChainFault | null;
  }>({
    name: "check_audit_page",
    // The offset keeps the planner from reading the whole audit for each page.
    text: `with link as (
        select seq, audit_id, hash, lag(seq, 1, $1::bigint) over w as seq_before,
          lag(hash, 1, decode($2, 'hex')) over w as hash_before
        from (select * from audit_chain where seq > $1 and seq <= $3 order by seq limit $4) c window w as (order by seq)
      ), judged as (
        select l.seq, l.audit_id, l.hash, l.seq_before, case
            when l.seq <> l.seq_before + 1 or a.text is null then 'missing'
            when l.hash <> sha256(l.hash_before || convert_to(a.text, 'UTF8')) then 'changed'
          end as fault
        from link l left join lateral (
          select audit_text(a) as text from audit a where a.audit_id = l.audit_id offset 0
        ) a on true
      ), bad as (
        select least(seq, seq_before + 1) as seq, case when seq = seq_before + 1 then audit_id end as audit_id, fault
        from judged j where fault is not null order by j.seq limit 1
      ), last as (
        select seq, hash from judged order by seq desc limit 1
      )
      select (select count(*) from judged j where j.seq <= coalesce(b.seq, j.seq))::float8 as checked,
        l.seq::float8 as end_seq, encode(l.hash, 'hex') as end_hash, b.seq::float8 as bad_seq,
        b.audit_id::float8 as bad_audit_id, b.fault as bad_reason
      from (values (1)) one left join last l on true left join bad b on true`,
    values: [start.seq, start.hash, page.upTo, page.limit],
  });
  const row = rows[0]!;
  const firstBad: BrokenLink | null =
    row.bad_reason === null ? null : { seq: row.bad_seq, auditId: row.bad_audit_id, reason: row.bad_reason };
  return {
    checked: row.checked,
    firstBad,
    end: row.end_seq === null ? null : { seq: row.end_seq, hash: row.end_hash! },
  };
}

/** The first entry that the chain does not know. */
async function findUnchained(database: Queryable, limit: number): Promise<BrokenLink | null> {
  for (let after = "-9223372036854775808"; ;) {
    const { rows } = await database.query<{ last: string | null; unchained: number | null }>({
      name: "find_unchained_audit",
      text: `select max(audit_id)::text as last, (min(audit_id) filter (where not is_chained))::float8 as unchained
        from (
          select a.audit_id, exists (
            select from audit_chain c where c.audit_id = a.audit_id and c.seq >= 1
          ) as is_chained
          from audit a where a.audit_id > $1 order by a.audit_id limit $2
        ) page`,
      values: [after, limit],
    });
    const { last, unchained } = rows[0]!;
    if (unchained !== null) return { seq: null, auditId: unchained, reason: "unchained" };
    if (last === null) return null;
    after = last;
  }
}

/** The hash of each of these places in the chain; a place that is not there is left out. */
export async function readChainHashes(database: Queryable, seqs: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await database.query<{ seq: number; hash: string }>(
    `select seq::float8 as seq, encode(hash, 'hex') as hash from audit_chain where seq = any($1::bigint[])`,
    [seqs],
  );
  return new Map(rows.map((row) => [row.seq, row.hash]));
}
