// What a type's defaults give to metadata that lacks it, whichever version it was judged by: so one line means one thing.
// Metadata that lacks nothing stays the text that was received, byte for byte.
import { isLacking, withDefaults } from "@almanac/domain/schema/defaults";
import { type JsonObject, type JsonValue, parseExact, writeExact } from "@almanac/domain/schema/exact-json";

interface Member {
  key: string;
  value: JsonValue;
  /** `"key":value` */
  text: string;
}

export class Fill {
  private readonly members: readonly Member[];

  constructor(given: JsonObject) {
    this.members = Object.entries(given).map(([key, value]) => ({
      key,
      value,
      text: `${JSON.stringify(key)}:${writeExact(value)}`,
    }));
  }

  /** The text with what it lacks; null where it lacks nothing. `value` is the text parsed, its numbers only nearly. */
  over(value: unknown, text: string): string | null {
    const object = value as JsonObject;
    let added = "";
    for (const member of this.members) {
      if (!Object.hasOwn(object, member.key)) added += `,${member.text}`;
      // Inside of a member the text is written anew.
      else if (isLacking(object[member.key]!, member.value)) return this.rewritten(text);
    }
    if (added === "") return null;
    const end = text.lastIndexOf("}");
    return `${text.slice(0, end)}${Object.keys(object).length === 0 ? added.slice(1) : added}}`;
  }

  private rewritten(text: string): string {
    const given = Object.fromEntries(this.members.map(({ key, value }) => [key, value]));
    return writeExact(withDefaults(parseExact(text) as JsonObject, given));
  }
}
