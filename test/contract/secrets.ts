// What must never leave the house, in an answer or in a log: keys, SQL, stacks, connection strings.

const shapes: readonly { name: string; pattern: RegExp }[] = [
  { name: "a stack", pattern: /\bat (?:async )?[\w.<>[\] ]*\(?(?:file:\/\/|node:|\/)[^\s)]+:\d+:\d+/ },
  { name: "a path of this machine", pattern: /node_modules\/|\/(?:packages|apps)\/\w+\/src\// },
  { name: "SQL", pattern: /\b(?:select\b.{1,400}\bfrom|insert into|delete from|update \w+ set)\b/is },
  {
    name: "a message of PostgreSQL",
    pattern: /syntax error at or near|violates (?:\w+ )?\w+ constraint|SQLSTATE|invalid input syntax/,
  },
  { name: "a connection string", pattern: /(?:postgres(?:ql)?|redis):\/\// },
];

/** What insights tell on purpose: a call of a function of the mart, to be pasted into psql. Its `(` must follow at once. */
const toldStatement = /select \* from (?=mart\.[a-z_]+\()/g;

/** Names what of that is in the text; `secrets` are exact texts such as keys. */
export function leaksIn(text: string, secrets: readonly string[]): string[] {
  return [
    ...shapes.filter(({ pattern }) => pattern.test(text.replaceAll(toldStatement, ""))).map(({ name }) => name),
    ...secrets.filter((secret) => text.includes(secret)).map((secret) => `the secret ${secret.slice(0, 6)}…`),
  ];
}
