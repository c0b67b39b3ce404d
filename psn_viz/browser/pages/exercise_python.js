// @ts-check
// The Python that checks exercises: a worker of its own, so that labs never wait for it. What never ends costs it.
/**
 * What a check found, as exercise_session.py tells it.
 * @typedef {{key: string, status: string, sentence: string, facts: string[][], hint: string, printed: string,
 *   example: string, spec: string, entries: Object<string, any>}} Found
 * A check that was stopped, or failed itself, has found nothing.
 * @typedef {{told?: Found, arrays?: Float32Array[], stopped?: "late" | "asked", failed?: string}} Answer
 * @typedef {{worker: Worker, loaded: Promise<string>}} Python loaded: "" when it is ready, else why it never will be
 */
class psnExercisePython {
  /**
   * @param {{worker: string, runtime: string, files: string[], lesson: string, cells: string[][],
   *   seconds: number}} where addresses, what is opened there, and how long a check may take
   */
  constructor(where) {
    this.where = where;
    /** @type {Python | null} */
    this.python = null;
    /** @type {Python | null} takes the place of the one that seems to run for ever */
    this.spare = null;
    /** @type {((answer: Answer) => void) | null} */
    this.answered = null;
    this.number = 0;
    /** @type {WebAssembly.Module | undefined} what the first Python of the page has compiled */
    this.compiled = undefined;
  }

  /** Whether it has been started. */
  get started() {
    return this.python !== null;
  }

  /** @returns {Python} started, if it has not been */
  start() {
    this.python ??= this.launch();
    return this.python;
  }

  /** @returns {Python} */
  launch() {
    const address = (/** @type {string} */ file) => new URL(file, location.href).href;
    const files = this.where.files.map(address);
    const worker = new Worker(this.where.worker);
    /** @type {Promise<string>} */
    const loaded = new Promise((resolve) => {
      const fail = (/** @type {string} */ why) => {
        resolve(why);
        if (this.python?.worker === worker) this.end({ failed: why });
      };
      worker.onmessage = ({ data }) => {
        if (data.compiled) this.compiled = data.compiled;
        else if (data.failed !== undefined) fail(data.failed);
        else if (data.number === 0) resolve("");
        else if (data.number === this.number) this.answer(data);
      };
      worker.onerror = (event) => fail(event.message || "its worker could not start");
    });
    const compiled = this.compiled ?? (typeof psnPython === "undefined" ? undefined : psnPython.compiled());
    worker.postMessage({ action: "start", runtime: address(this.where.runtime), files, compiled });
    worker.postMessage({ action: "open", id: 1, number: 0, kind: "exercises", name: this.where.lesson, files,
      code: JSON.stringify(this.where.cells) });
    return { worker, loaded };
  }

  /** @param {Answer} answer */
  answer(answer) {
    this.answered?.(answer);
    this.answered = null;
    this.spare?.worker.terminate();
    this.spare = null;
  }

  /**
   * End this Python; the next one takes its place, if there is one.
   * @param {Answer} answer
   */
  end(answer) {
    this.python?.worker.terminate();
    this.python = this.spare;
    this.spare = null;
    this.answer(answer);
  }

  /**
   * End it in the middle of a check, and start the next one.
   * @param {"late" | "asked"} why
   */
  stop(why) {
    if (!this.answered) return;
    this.end({ stopped: why });
    this.start();
  }

  /**
   * Only one check runs at a time. What takes too long is stopped; loading does not count.
   * @param {{cell: string, texts: Object<string, string>, stored: any}} argument
   * @param {() => void} onLoaded called when it begins to run
   * @returns {Promise<Answer>}
   */
  async check(argument, onLoaded) {
    /** @type {Promise<Answer>} */
    const found = new Promise((resolve) => { this.answered = resolve; });
    const mine = this.answered;
    const { worker, loaded } = this.start();
    const why = await Promise.race([loaded, found.then(() => "")]); // it may be stopped while it loads
    if (why) this.end({ failed: why }); // for the next one, all is tried again
    if (this.answered !== mine) return found;
    onLoaded();
    worker.postMessage({ action: "check", id: 1, number: ++this.number, argument });
    const wait = 1000 * this.where.seconds;
    // Most checks take a tenth of a second. What takes longer may never end: then another Python is nearly there.
    const suspicion = setTimeout(() => { this.spare ??= this.launch(); }, wait / 4);
    const limit = setTimeout(() => this.stop("late"), wait);
    const answer = await found;
    clearTimeout(suspicion);
    clearTimeout(limit);
    return answer;
  }
}
