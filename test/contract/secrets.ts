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

// What an insight tells on purpose: a call of the mart, which a login of a BI tool may make anyway.
const toldStatement = /"sql":"select \* from mart\.\w+\((?:[^"\\]|\\.)*"/g;

/** Names what of that is in the text; `secrets` are exact texts such as keys. */
export function leaksIn(text: string, secrets: readonly string[]): string[] {
  const untold = text.replaceAll(toldStatement, "");
  return [
    ...shapes.filter(({ pattern }) => pattern.test(untold)).map(({ name }) => name),
    ...secrets.filter((secret) => text.includes(secret)).map((secret) => `the secret ${secret.slice(0, 6)}…`),
  ];
}
