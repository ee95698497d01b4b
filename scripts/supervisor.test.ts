import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { startChild } from "./child.ts";
import { supervise, type Ending, type Running, type Supervised } from "./supervisor.ts";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.ts`, import.meta.url));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A real child; its lines are collected. A busy machine takes its time to end one that obeys. */
function child(lines: string[], env: NodeJS.ProcessEnv = {}, stopWithinMs = 60_000): Running {
  return startChild({
    program: fixture("obedient"),
    env: { ...process.env, ...env },
    line: (text) => lines.push(text),
    stopWithinMs,
  });
}

/** Processes that live in this test only: each ends when it is told to, for the reason it is told. */
function puppets() {
  const ends: ((ending: Ending) => void)[] = [];
  const launch = (): Promise<Running> => {
    const { promise, resolve } = Promise.withResolvers<Ending>();
    ends.push(resolve);
    return Promise.resolve({
      pid: ends.length,
      exited: promise,
      stop: () => Promise.resolve(resolve({ reason: "was stopped", gaveUp: false })),
    });
  };
  return { ends, launch };
}

const dies: Ending = { reason: "died", gaveUp: false };

describe("a supervised process", () => {
  test("that is killed with -9 is started again while the others go on", async () => {
    const said: string[] = [];
    const lines: string[][] = [[], []];
    const [one, other] = (await Promise.all(
      lines.map((own, at) =>
        supervise({
          name: `p${at}`,
          launch: () => Promise.resolve(child(own)),
          say: (line) => said.push(line),
          firstDelayMs: 1,
        }),
      ),
    )) as [Supervised, Supervised];
    const [before, bystander] = [one.pid() ?? 0, other.pid() ?? 0];
    process.kill(before, "SIGKILL");
    await expect.poll(() => one.restarts()).toBe(1);
    await expect.poll(() => lines[0]?.filter((line) => line.startsWith("ready"))).toContain(`ready ${one.pid()}`);
    expect(said).toEqual(["p0 was ended by SIGKILL; starting it again in 0.001 s"]);
    expect(other.pid()).toBe(bystander);
    const after = one.pid() ?? 0;
    await Promise.all([one.stop(), other.stop()]);
    expect([before, after, bystander].filter(isAlive)).toEqual([]);
  });

  test("waits twice as long after each quick end, up to a limit", async () => {
    const { ends, launch } = puppets();
    const said: string[] = [];
    const one = await supervise({
      name: "p",
      launch,
      say: (line) => said.push(line),
      firstDelayMs: 1,
      longestDelayMs: 4,
    });
    for (let round = 0; round < 4; round += 1) {
      await expect.poll(() => ends.length).toBe(round + 1);
      ends[round]?.(dies);
    }
    await expect.poll(() => ends.length).toBe(5);
    expect(said.map((line) => line.replace(/^.* in /, ""))).toEqual(["0.001 s", "0.002 s", "0.004 s", "0.004 s"]);
    await one.stop();
  });

  test("starts over with the first delay after it lived long enough", async () => {
    const { ends, launch } = puppets();
    const said: string[] = [];
    const one = await supervise({
      name: "p",
      launch,
      say: (line) => said.push(line),
      firstDelayMs: 1,
      healthyAfterMs: 0,
    });
    for (let round = 0; round < 3; round += 1) {
      await expect.poll(() => ends.length).toBe(round + 1);
      ends[round]?.(dies);
    }
    await expect.poll(() => ends.length).toBe(4);
    expect(new Set(said)).toEqual(new Set(["p died; starting it again in 0.001 s"]));
    await one.stop();
  });

  test("whose restart fails is tried again", async () => {
    const { ends, launch } = puppets();
    let tries = 0;
    const flaky = () => ((tries += 1) === 2 ? Promise.reject(new Error("no port")) : launch());
    const said: string[] = [];
    const one = await supervise({ name: "p", launch: flaky, say: (line) => said.push(line), firstDelayMs: 1 });
    ends[0]?.(dies);
    await expect.poll(() => ends.length).toBe(2);
    expect(said).toContainEqual(expect.stringContaining("could not be started: no port"));
    await one.stop();
  });

  test("that gives up before all is settled is reported, not started again; afterwards it is", async () => {
    const { ends, launch } = puppets();
    const early = await supervise({ name: "p", launch, say: () => undefined, firstDelayMs: 1 });
    ends[0]?.({ reason: "ended with exit code 1", gaveUp: true });
    expect(await early.failedEarly).toBe("ended with exit code 1");
    expect(ends.length).toBe(1);

    const late = await supervise({ name: "p", launch, say: () => undefined, firstDelayMs: 1 });
    late.settle();
    ends[1]?.({ reason: "ended with exit code 1", gaveUp: true });
    await expect.poll(() => ends.length).toBe(3);
    await Promise.all([early.stop(), late.stop()]);
  });

  test("that is being launched when the stop comes does not stay behind", async () => {
    const { ends, launch } = puppets();
    const gate = Promise.withResolvers<void>();
    let launches = 0;
    const slow = async () => {
      launches += 1;
      if (launches === 2) await gate.promise;
      return launch();
    };
    const one = await supervise({ name: "p", launch: slow, say: () => undefined, firstDelayMs: 1 });
    ends[0]?.(dies);
    await expect.poll(() => launches).toBe(2);
    const stopped = one.stop();
    gate.resolve();
    await stopped;
    expect(launches).toBe(2);
  });
});

describe("a child program", () => {
  test("ends cleanly when it is stopped", async () => {
    const lines: string[] = [];
    const running = child(lines);
    await expect.poll(() => lines.length).toBe(1);
    await running.stop();
    expect(lines).toEqual([`ready ${running.pid}`, "ending"]);
    expect(await running.exited).toEqual({ reason: "ended with exit code 0", gaveUp: true, isFine: true });
  });

  test("that ignores the request is killed after its deadline", async () => {
    const lines: string[] = [];
    const running = child(lines, { STUBBORN: "yes" }, 500);
    await expect.poll(() => lines.length).toBe(1);
    await running.stop();
    expect(await running.exited).toEqual({ reason: "was ended by SIGKILL", gaveUp: false });
  });

  test("ends by itself when its parent was killed with -9", async () => {
    const parent = spawn(process.execPath, [fixture("parent")], { stdio: ["ignore", "pipe", "inherit"] });
    let pid = 0;
    for await (const line of createInterface({ input: parent.stdout })) {
      pid = Number(line.replace("ready ", ""));
      break;
    }
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});
