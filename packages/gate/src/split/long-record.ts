// A record that is too long to be kept: only its length is counted until it ends, in constant memory.

const carriageReturn = 0x0d;

export class LongRecord {
  private length = 0;
  private last = 0;

  get isOpen(): boolean {
    return this.length > 0;
  }

  add(bytes: Buffer): void {
    this.length += bytes.length;
    this.last = bytes.at(-1) ?? this.last;
  }

  /** Its length, without a carriage return at its end when that belongs to the line break. */
  close({ isLine }: { isLine: boolean }): number {
    const length = this.length - (isLine && this.last === carriageReturn ? 1 : 0);
    this.length = 0;
    this.last = 0;
    return length;
  }
}
