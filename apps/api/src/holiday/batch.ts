// Callers who ask at the same moment share one statement: what comes in during one turn of the event loop, or while
// enough batches are on their way, goes out together.

/** How many batches are under way at most: one for each connection of the reader. */
const mostUnderWay = 2;
const mostInOne = 64;

interface Waiting<Question, Answer> {
  question: Question;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/** `run` answers the i-th question with its i-th answer; what it throws fails all of the batch. */
export function createBatch<Question, Answer>(
  run: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): (question: Question) => Promise<Answer> {
  let waiting: Waiting<Question, Answer>[] = [];
  let underWay = 0;
  let scheduled = false;

  function schedule(): void {
    if (!scheduled && waiting.length > 0 && underWay < mostUnderWay) {
      scheduled = true;
      setImmediate(send);
    }
  }

  function send(): void {
    scheduled = false;
    const batch = waiting.slice(0, mostInOne);
    waiting = waiting.slice(mostInOne);
    underWay += 1;
    run(batch.map(({ question }) => question))
      .then(
        (answers) => batch.forEach(({ resolve }, place) => resolve(answers[place]!)),
        (error: unknown) => batch.forEach(({ reject }) => reject(error)),
      )
      .finally(() => {
        underWay -= 1;
        schedule();
      });
    schedule();
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      schedule();
    });
}
