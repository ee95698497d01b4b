// `npm run client`: writes packages/client/src/contract.ts, the types of the client, from what the api's routes declare.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { declaredDocument } from "@almanac/api/document";
import { type ApiDocument, contractFile } from "@almanac/client/print";

const file = join(import.meta.dirname, "..", "packages/client/src/contract.ts");
writeFileSync(file, await contractFile(declaredDocument() as ApiDocument));
console.log(`Wrote ${file}.`);
