import { expect, test } from "vitest";
import { createBatch } from "./batch.ts";

test("questions of one moment go out together and each gets its own answer", async () => {
  const batches: number[] = [];
  const ask = createBatch((questions: readonly number[]) => {
    batches.push(questions.length);
    return Promise.resolve(questions.map((each) => each * 2));
  });
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(n)));
  expect(answers).toEqual(Array.from({ length: 100 }, (_, n) => n * 2));
  expect(batches).toEqual([64, 36]);
});

test("while two batches are on their way, the rest waits and then goes out together", async () => {
  const sent: PromiseWithResolvers<number[]>[] = [];
  const sizes: number[] = [];
  const signal = { resolve: () => {} };
  const ask = createBatch((questions: readonly number[]) => {
    sizes.push(questions.length);
    const answer = Promise.withResolvers<number[]>();
    sent.push(answer);
    signal.resolve();
    return answer.promise;
  });
  const next = () => new Promise<void>((resolve) => (signal.resolve = resolve));
  const asked: Promise<number>[] = [];
  for (const n of [1, 2]) {
    const going = next();
    asked.push(ask(n));
    await going;
  }
  asked.push(ask(3), ask(4));
  const going = next();
  sent[0]!.resolve([1]);
  await going;
  sent[1]!.resolve([2]);
  sent[2]!.resolve([3, 4]);
  expect(await Promise.all(asked)).toEqual([1, 2, 3, 4]);
  expect(sizes).toEqual([1, 1, 2]);
});

test("a batch that fails, fails those in it and nobody else", async () => {
  let calls = 0;
  const ask = createBatch((questions: readonly number[]) => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error("down")) : Promise.resolve(questions);
  });
  await expect(Promise.all([ask(1), ask(2)])).rejects.toThrow("down");
  expect(await ask(3)).toBe(3);
});
