// A value once it has not changed for a while: what is typed is not asked about with every key.
import { useEffect, useState } from "react";

export function useSettled<Value>(value: Value, forMs: number): Value {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), forMs);
    return () => clearTimeout(timer);
  }, [value, forMs]);
  return settled;
}
