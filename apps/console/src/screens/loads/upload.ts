// Sends a file and tells how far it is. By XMLHttpRequest: over HTTP/1.1 no browser tells the progress of a `fetch`.
import type { AcceptedLoad } from "@almanac/client/contract";
import { ownProblem, problemOf } from "@almanac/client/problem";
import type { Media } from "./media.ts";

export interface Sending extends Media {
  file: Blob;
  /** Where it goes: events, or members of a dimension. */
  dataset: "events" | "users" | "tickets" | "articles";
  /** Of timestamps without an offset; null: they are rejects. */
  timeZone: string | null;
  /** 0 to 1. */
  onSent?: (share: number) => void;
  signal?: AbortSignal;
}

/** The load that the file is; throws a ProblemError, or an AbortError. */
export function sendFile(sending: Sending): Promise<AcceptedLoad> {
  const { file, mediaType, encoding, onSent, signal } = sending;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const url = urlOf(sending);
    request.open(sending.dataset === "events" ? "POST" : "PUT", url);
    request.setRequestHeader("content-type", mediaType);
    if (encoding !== null) request.setRequestHeader("content-encoding", encoding);
    request.upload.addEventListener("progress", ({ loaded, total }) => onSent?.(total === 0 ? 1 : loaded / total));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as AcceptedLoad);
      else void problemOf(answerOf(request)).then(reject);
    });
    request.addEventListener("error", () => {
      reject(ownProblem("client.unreachable", 0, `${location.origin} does not answer, or hung up while it was sent.`));
    });
    request.addEventListener("abort", () => reject(new DOMException("The upload was stopped.", "AbortError")));
    signal?.addEventListener("abort", () => request.abort());
    if (signal?.aborted === true) reject(new DOMException("The upload was stopped.", "AbortError"));
    else request.send(file);
  });
}

function urlOf({ dataset, timeZone }: Sending): string {
  const url = new URL(dataset === "events" ? "/v1/loads" : `/v1/dimensions/${dataset}`, location.origin);
  if (timeZone !== null) url.searchParams.set("time_zone", timeZone);
  return url.href;
}

function answerOf(request: XMLHttpRequest): Parameters<typeof problemOf>[0] {
  const headers = new Headers();
  for (const name of ["content-type", "retry-after"]) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  return {
    status: request.status,
    headers,
    url: request.responseURL,
    text: () => Promise.resolve(request.responseText),
  };
}
