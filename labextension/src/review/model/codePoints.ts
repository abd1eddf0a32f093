/** Offsets in a text: JavaScript counts UTF-16 units, everything that is stored code points. */

/** Translates offsets of one text between UTF-16 units and code points. */
export class CodePoints {
  /** Number of code points. */
  readonly length: number;
  /** Unit at which each code point begins, and the text's end; `null` where they are the same. */
  private readonly begins: Int32Array | null;

  constructor(readonly text: string) {
    this.begins = /[\ud800-\udbff][\udc00-\udfff]/.test(text) ? beginnings(text) : null;
    this.length = this.begins ? this.begins.length - 1 : text.length;
  }

  /** The unit at which a code point begins; offsets outside are moved to the nearest end. */
  toUnit(point: number): number {
    const inside = clamp(point, this.length);
    return this.begins?.[inside] ?? inside;
  }

  /** The code point that a unit is in. The second half of a pair belongs to its code point. */
  toPoint(unit: number): number {
    const inside = clamp(unit, this.text.length);
    const begins = this.begins;
    if (!begins) {
      return inside;
    }
    let low = 0;
    let high = begins.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((begins[middle] ?? 0) <= inside) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** What stands between two code points. */
  slice(start: number, end: number): string {
    return this.text.slice(this.toUnit(start), this.toUnit(end));
  }
}

function beginnings(text: string): Int32Array {
  const begins = new Int32Array(text.length + 1);
  let count = 0;
  let unit = 0;
  while (unit < text.length) {
    begins[count++] = unit;
    unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  }
  begins[count] = text.length;
  return begins.slice(0, count + 1);
}

function clamp(offset: number, length: number): number {
  return Math.min(Math.max(offset, 0), length);
}
