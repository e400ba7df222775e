// How the board notices that OpenOCD is silent, that the machine slept, and that the probe is lost.
import assert from 'node:assert/strict';
import { ProbeLoss } from '../../src/extension/board/probeLoss';
import { Pulse, type PulseLimits } from '../../src/extension/board/pulse';

/** A pulse whose timer never fires by itself. */
const limits: PulseLimits = { everyMs: 1_000_000, answerMs: 15_000, misses: 2, sleepMs: 10_000, wakeAnswerMs: 5000 };

function feel(answers: boolean[]) {
  const asked: [timeoutMs: number, afterSleep: boolean][] = [];
  let silences = 0;
  let ends = 0;
  const clock = { ms: 0 };
  const pulse = new Pulse({
    ask: async (timeoutMs, afterSleep) => {
      asked.push([timeoutMs, afterSleep]);
      if (answers.shift() === false) throw new Error('no answer');
    },
    onSilence: () => silences++,
    onGone: () => ends++,
    limits,
    now: () => clock.ms,
  });
  return { pulse, asked, clock, silences: () => silences, ends: () => ends };
}

describe('Pulse', () => {
  it('asks, and is content with answers', async () => {
    const { pulse, asked, silences } = feel([]);
    for (let i = 0; i < 3; i++) await pulse.beat();
    pulse.dispose();
    assert.deepEqual(asked, [
      [15_000, false],
      [15_000, false],
      [15_000, false],
    ]);
    assert.equal(silences(), 0);
    assert.equal(pulse.hasSlept, false);
  });

  it('tells of silence after two questions in a row without an answer, and again only after an answer', async () => {
    const { pulse, silences, ends } = feel([false, true, false, false, false, true, false, false]);
    const heard: number[] = [];
    for (let i = 0; i < 8; i++) {
      await pulse.beat();
      heard.push(silences());
    }
    pulse.dispose();
    assert.deepEqual(heard, [0, 0, 0, 1, 1, 1, 1, 2]);
    assert.equal(ends(), 0, 'a busy OpenOCD is not ended');
  });

  it('asks for the probe at once after sleep, and takes the first silence for the end', async () => {
    const { pulse, asked, clock, silences, ends } = feel([true, false]);
    clock.ms += limits.everyMs;
    await pulse.beat();
    clock.ms += limits.everyMs + 8 * 3600_000;
    await pulse.beat();
    assert.deepEqual(asked.at(-1), [5000, true]);
    assert.equal(ends(), 1);
    assert.equal(silences(), 0);
    await pulse.beat();
    assert.equal(asked.length, 2, 'it asks no more');
    assert.equal(pulse.hasSlept, true);
    clock.ms += 3600_000;
    assert.equal(pulse.hasSlept, false);
  });

  it('asks one question at a time', async () => {
    let asked = 0;
    const pulse = new Pulse({
      ask: () => {
        asked++;
        return new Promise(() => undefined);
      },
      onSilence: () => assert.fail('no silence'),
      onGone: () => assert.fail('no end'),
      limits,
    });
    void pulse.beat();
    await pulse.beat();
    pulse.dispose();
    assert.equal(asked, 1);
  });
});

describe('Loss of the probe', () => {
  const symptoms = [
    'libusb_bulk_write error: LIBUSB_ERROR_NO_DEVICE',
    'error writing USB data',
    'error submitting USB write: No such device (it may have been disconnected)',
    'libusb_handle_events() failed with LIBUSB_ERROR_IO',
    "Error on socket 'remote_bitbang_putc': errno==32, message: Broken pipe.",
    'jaylink_jtag_io() failed: input/output error',
  ];
  for (const line of symptoms) {
    it(`is seen in three lines such as “${line}”`, () => {
      const loss = new ProbeLoss();
      assert.deepEqual(
        [0, 100, 200].map((ms) => loss.line(line, ms)),
        [false, false, true],
      );
    });
  }

  it('is not seen in single faults, nor where the chip alone is away', () => {
    const loss = new ProbeLoss();
    for (let ms = 0; ms < 60_000; ms += 4000) assert.equal(loss.line(String(symptoms[0]), ms), false);
    for (let i = 0; i < 10; i++) {
      assert.equal(loss.line('Error connecting DP: cannot read IDR', 100_000), false);
      assert.equal(loss.line('JTAG scan chain interrogation failed: all ones', 100_000), false);
    }
  });
});
