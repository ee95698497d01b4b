// What differs between a folder and a bucket? This: everything else of the lake is the same code over it.
// Names are checked before they come here. Every error that leaves is an AppError.
import type { ObjectInfo } from "./lake.ts";

/** Bytes on their way in, under no name yet. */
export interface Draft {
  /** Done with the block when it resolves. */
  write(block: Uint8Array): Promise<void>;
  /**
   * Makes it durable under a name. An object that is there already stays when it has these bytes or `isSound` says yes;
   * otherwise it is a damaged one and is replaced as a whole.
   */
  publish(name: string, isSound: () => Promise<boolean>): Promise<{ wasThere: boolean; storedBytes: number }>;
  /** Gives back everything it holds; what was not published is gone. Never throws, may be called at any time. */
  discard(): Promise<void>;
}

/** An object that is open for reading. */
export interface StoredObject {
  size: number;
  /** Shorter than asked only where the object ends. */
  read(offset: number, length: number): Promise<Buffer>;
  /** Ends reads that are under way. */
  close(): Promise<void>;
}

export interface ObjectStore {
  readonly kind: "file" | "s3";
  /** The zone itself, without a final slash; an object's URI is `<root>/<name>`. */
  readonly rootUri: string;
  /** How much one read fetches best, in bytes. */
  readonly readBytes: number;
  draft(signal: AbortSignal | undefined): Promise<Draft>;
  /** Null when there is no such object. */
  open(name: string): Promise<StoredObject | null>;
  /** A stretch of an object in one step; null when there is no such object, shorter where it ends. */
  read(name: string, offset: number, length: number): Promise<Buffer | null>;
  /** Writes a small object unless the name is taken; false then. */
  putOnce(name: string, body: Uint8Array): Promise<boolean>;
  list(prefix: string): AsyncIterable<ObjectInfo>;
  close(): Promise<void>;
}
