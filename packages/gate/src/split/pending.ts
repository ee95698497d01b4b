// The bytes of a record whose end has not come yet: grown by doubling, so that small blocks cost no more than large ones.

export class PendingBytes {
  private buffer = Buffer.alloc(0);
  length = 0;

  add(bytes: Buffer): void {
    const needed = this.length + bytes.length;
    if (needed > this.buffer.length) {
      const wider = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.buffer.length));
      this.buffer.copy(wider, 0, 0, this.length);
      this.buffer = wider;
    }
    bytes.copy(this.buffer, this.length);
    this.length = needed;
  }

  /** What is pending, as it lies here: valid until the next call. */
  view(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** Hands out what is pending, followed by more bytes, and is empty then. */
  take(more: Buffer): Buffer {
    const taken = this.length === 0 ? more : Buffer.concat([this.view(), more]);
    this.clear();
    return taken;
  }

  clear(): void {
    this.length = 0;
    // What a long record needed is given back.
    if (this.buffer.length > 64 * 1024) this.buffer = Buffer.alloc(0);
  }
}
