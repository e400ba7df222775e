// Answers to questions about names, so that the condition of a breakpoint does not search the file anew at each stop.

/** More different questions than the expressions of a session ask. */
const MOST_ANSWERS = 500;

export class KnownAnswers<T> {
  private readonly known = new Map<string, readonly T[]>();

  /** @param place what the answer depends on besides the name: a unit, an address */
  of(name: string, place: number | undefined, find: () => readonly T[]): readonly T[] {
    const key = `${place} ${name}`;
    let answer = this.known.get(key);
    if (answer === undefined) {
      answer = find();
      if (this.known.size >= MOST_ANSWERS) this.known.clear();
      this.known.set(key, answer);
    }
    return answer;
  }
}
