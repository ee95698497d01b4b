// Where in a JSON text a place lies, as a JSON pointer: asked only for what is wrong, so it reads the text again.

interface Open {
  /** The key or the index at which an object or array stands; undefined for a key that was not read yet. */
  at: string | number | undefined;
}

/**
 * The pointer to the value that holds a byte. Everything before the byte is well-formed JSON that begins at `start`. A
 * byte that begins a key points at that key's member.
 */
export function pointerTo(bytes: Uint8Array, start: number, place: number): string {
  const open: Open[] = [];
  let awaitsKey = false;
  for (let index = start; index <= place; index += 1) {
    const top = open.at(-1);
    switch (bytes[index] ?? 0) {
      case 0x7b:
        if (index === place) break;
        open.push({ at: undefined });
        awaitsKey = true;
        break;
      case 0x5b:
        if (index === place) break;
        open.push({ at: 0 });
        break;
      case 0x7d:
      case 0x5d:
        open.pop();
        break;
      case 0x2c:
        if (typeof top?.at === "number") top.at += 1;
        else if (top !== undefined) {
          top.at = undefined;
          awaitsKey = true;
        }
        break;
      case 0x22: {
        const end = endOfString(bytes, index + 1);
        // What is wrong inside of a key concerns the object.
        if (awaitsKey && top !== undefined && (place === index || end < place)) {
          top.at = keyText(bytes, index + 1, end);
          awaitsKey = false;
        }
        index = end;
        break;
      }
      default:
        break;
    }
  }
  return open
    .filter(({ at }) => at !== undefined)
    .map(({ at }) => `/${escapePointer(String(at))}`)
    .join("");
}

/** A key as a step of a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function endOfString(bytes: Uint8Array, from: number): number {
  let index = from;
  while (index < bytes.length && bytes[index] !== 0x22) index += bytes[index] === 0x5c ? 2 : 1;
  return index;
}

/** A key as it reads; a lone surrogate in it becomes U+FFFD, so that the pointer is always text. */
function keyText(bytes: Uint8Array, from: number, to: number): string {
  const written = Buffer.from(bytes.subarray(from, to)).toString("utf8");
  return written.includes("\\") ? (JSON.parse(`"${written}"`) as string).toWellFormed() : written;
}
