// Which of the formats that a call has does the caller want? By the Accept header, RFC 9110.

/** The acceptable format of the highest quality, the first of equals; null when none is acceptable. */
export function negotiate<Format>(accept: string, formatOfMedia: Readonly<Record<string, Format>>): Format | null {
  let best: { format: Format; quality: number } | null = null;
  for (const part of accept.split(",")) {
    const [media = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const quality = Number(parameters.find((text) => text.startsWith("q="))?.slice(2) ?? 1);
    const format = Object.hasOwn(formatOfMedia, media) ? formatOfMedia[media] : undefined;
    if (format !== undefined && quality > 0 && quality > (best?.quality ?? 0)) {
      best = { format, quality };
    }
  }
  return best?.format ?? null;
}
