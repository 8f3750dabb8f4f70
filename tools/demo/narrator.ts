const QUIET_MS = 5_000;

/** Tells people how far things are: a line per step, and in a terminal one line that changes while work goes on. */
export class Narrator {
  readonly #started = performance.now();
  #changing = false;
  #toldAt = 0;
  #told = '';

  constructor(private readonly stream: NodeJS.WriteStream) {}

  /** A step is done, or begins. */
  step(text: string): void {
    this.#clear();
    this.#told = '';
    this.stream.write(`${this.#elapsed()}  ${text}\n`);
  }

  /** Work goes on; without a terminal, only every few seconds and only what is new. */
  progress(text: string): void {
    if (this.stream.isTTY) {
      this.#clear();
      // A line that wraps could not be taken back.
      this.stream.write(`${this.#elapsed()}  ${text}`.slice(0, this.stream.columns - 1));
      this.#changing = true;
    } else if (text !== this.#told && performance.now() - this.#toldAt > QUIET_MS) {
      this.#told = text;
      this.#toldAt = performance.now();
      this.stream.write(`${this.#elapsed()}  ${text}\n`);
    }
  }

  /** Text of its own, without the time. */
  write(text: string): void {
    this.#clear();
    this.stream.write(text);
  }

  #clear(): void {
    if (this.#changing) this.stream.write('\r\x1b[K');
    this.#changing = false;
  }

  #elapsed(): string {
    return `${Math.round((performance.now() - this.#started) / 1000)} s`.padStart(6);
  }
}
