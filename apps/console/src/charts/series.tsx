// A number a day as a line, over bands of holidays and weekends. Drawn on a canvas by uPlot; the table beside it says the same.
// A day is pointed at by mouse, finger or keyboard.
import type { SalesDay } from "@almanac/client/contract";
import { type KeyboardEvent, useEffect, useRef } from "react";
import uPlot from "uplot";
import { colourOf, onThemeChange } from "./colours.ts";
import "uplot/dist/uPlot.min.css";
import "./series.css";

export interface SeriesProps {
  label: string;
  days: readonly SalesDay[];
  valueOf: (day: SalesDay) => number | null;
  /** The place of the day that is pointed at; null: none. */
  pointed: number | null;
  onPoint: (place: number | null) => void;
  textOf: (day: SalesDay) => string;
}

/** Days that a key goes on by. */
const steps: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -7,
  PageUp: 7,
  Home: -Infinity,
  End: Infinity,
};

const height = 300;
const secondsOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / 1_000;

export function Series({ label, days, valueOf, pointed, onPoint, textOf }: SeriesProps) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<uPlot>(null);
  useEffect(() => {
    const holder = place.current!;
    const told = ({ cursor }: uPlot) => onPoint(cursor.idx ?? null);
    function draw(): void {
      drawn.current?.destroy();
      const data: uPlot.AlignedData = [days.map(({ date }) => secondsOf(date)), days.map(valueOf)];
      drawn.current = new uPlot(optionsOf({ days, label, width: holder.clientWidth, told }), data, holder);
    }
    draw();
    const stop = onThemeChange(draw);
    const resizing = new ResizeObserver(() => drawn.current?.setSize({ width: holder.clientWidth, height }));
    resizing.observe(holder);
    return () => {
      stop();
      resizing.disconnect();
      drawn.current?.destroy();
      drawn.current = null;
    };
  }, [days, label, valueOf, onPoint]);
  function step(event: KeyboardEvent): void {
    const by = steps[event.key];
    const plot = drawn.current;
    if (by === undefined || plot === null || days.length === 0) return;
    event.preventDefault();
    const to = Math.min(days.length - 1, Math.max(0, (pointed ?? (by > 0 ? -1 : days.length)) + by));
    plot.setCursor({ left: plot.valToPos(secondsOf(days[to]!.date), "x"), top: 0 });
  }
  const day = pointed === null ? undefined : days[pointed];
  return (
    <div
      ref={place}
      className="series"
      role="slider"
      tabIndex={0}
      aria-label={`${label}, day by day; the table below has every day`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, days.length - 1)}
      aria-valuenow={pointed ?? 0}
      aria-valuetext={day === undefined ? "no day chosen" : textOf(day)}
      onKeyDown={step}
      onBlur={() => drawn.current?.setCursor({ left: -10, top: -10 })}
    />
  );
}

interface Drawn {
  days: readonly SalesDay[];
  label: string;
  width: number;
  told: (plot: uPlot) => void;
}

function optionsOf({ days, label, width, told }: Drawn): uPlot.Options {
  const colours = {
    line: colourOf("accent"),
    axis: colourOf("ink-soft"),
    grid: colourOf("line"),
    holiday: colourOf("holiday-soft"),
    edge: colourOf("holiday"),
    weekend: colourOf("sunken"),
  };
  const axis: uPlot.Axis = { stroke: colours.axis, grid: { stroke: colours.grid, width: 1 }, ticks: { show: false } };
  return {
    width,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC"),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.08)] } },
    axes: [axis, { ...axis, size: 56 }],
    series: [{}, { label, stroke: colours.line, width: 1.5, points: { show: false } }],
    hooks: { drawClear: [(plot) => drawBands(plot, days, colours)], setCursor: [told] },
  };
}

/** A day wide, centred on its point; a holiday also has an edge at the top, so that it is told without its colour. */
function drawBands(
  { ctx, bbox, valToPos }: uPlot,
  days: readonly SalesDay[],
  { holiday, edge, weekend }: { holiday: string; edge: string; weekend: string },
): void {
  const half = Math.max(1, (valToPos(86_400, "x", true) - valToPos(0, "x", true)) / 2);
  for (const { date, is_weekend, holidays } of days) {
    if (!is_weekend && holidays.length === 0) continue;
    const x = valToPos(secondsOf(date), "x", true);
    ctx.fillStyle = holidays.length > 0 ? holiday : weekend;
    ctx.fillRect(x - half, bbox.top, 2 * half, bbox.height);
    if (holidays.length > 0) {
      ctx.fillStyle = edge;
      ctx.fillRect(x - half, bbox.top, 2 * half, 3 * devicePixelRatio);
    }
  }
}
